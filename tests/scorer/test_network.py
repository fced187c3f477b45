"""The network in NumPy: what is near counts, other pages do not, and PyTorch computes the same."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from archiver.scorer.network import Network

WIDTH = 7
Features = NDArray[np.float32]


def network(seed: int = 0) -> Network:
    random = np.random.default_rng(seed)
    shapes: dict[str, tuple[int, ...]] = {
        "mean": (WIDTH,),
        "scale": (WIDTH,),
        "dense": (WIDTH, 6),
        "dense_bias": (6,),
        "first": (5, 6, 5),
        "first_bias": (5,),
        "second": (5, 5, 5),
        "second_bias": (5,),
        "stream": (5, 3),
        "stream_bias": (3,),
        "attention": (5, 1),
        "attention_bias": (1,),
        "page": (10, 4),
        "page_bias": (4,),
        "hidden": (26, 6),
        "hidden_bias": (6,),
        "out": (6, 2),
        "out_bias": (2,),
        "kind": (4, 7),
        "kind_bias": (7,),
    }
    return Network.of({f"n.{name}": random.normal(size=shape) for name, shape in shapes.items()}, "n")


def pages(*sizes: int, seed: int = 1) -> list[Features]:
    random = np.random.default_rng(seed)
    return [random.normal(size=(size, WIDTH)).astype(np.float32) for size in sizes]


def run(found: list[Features]) -> tuple[Any, Any]:
    return network().run(np.concatenate(found), np.array([len(page) for page in found]))


def test_a_page_is_judged_the_same_whatever_stands_beside_it() -> None:
    found = pages(4, 1, 30)
    together, kinds = run(found)
    start = 0
    for index, page in enumerate(found):
        alone, kind = run([page])
        assert together[start : start + len(page)] == pytest.approx(alone, abs=1e-4)
        assert kinds[index] == pytest.approx(kind[0], abs=1e-4)
        start += len(page)


def test_neighbours_count() -> None:
    (page,) = pages(9)
    changed = page.copy()
    changed[5] += 1
    before, after = run([page])[0], run([changed])[0]
    assert not np.allclose(before[4], after[4])


def test_what_stands_far_above_and_far_below_counts() -> None:
    (page,) = pages(90)
    sizes = np.array([len(page)])
    for far in (0, 89):
        changed = page.copy()
        changed[far] += 3
        # Of so few channels all may be cut off at zero; not in all of some networks.
        some = [network(seed) for seed in range(5)]
        assert any((each.run(page, sizes)[0] != each.run(changed, sizes)[0])[45].any() for each in some)


@pytest.mark.parametrize("sizes", [(0,), (0, 3), (3, 0), (0, 0)])
def test_pages_without_blocks_have_a_type_nevertheless(sizes: tuple[int, ...]) -> None:
    content, kinds = run(pages(*sizes))
    assert content.shape == (sum(sizes), 2)
    assert kinds.shape == (len(sizes), 7)
    assert np.isfinite(kinds).all()


def test_extremes_stay_finite() -> None:
    (page,) = pages(3)
    page[1] = 1e30
    content, kinds = run([page])
    assert np.isfinite(content).all()
    assert np.isfinite(kinds).all()


def test_pytorch_computes_the_same() -> None:
    torch = pytest.importorskip("torch", reason="needs archiver[training]")
    from training.torch_network import BlockNetwork, Layout, Shape

    torch.manual_seed(3)
    found = pages(5, 12, 1, 40, seed=2)
    matrix = np.concatenate(found)
    trained = BlockNetwork(matrix, Shape(dense=6, convolution=5, stream=3, page=4, hidden=6)).eval()
    with torch.no_grad():
        content, kinds = trained(torch.from_numpy(matrix), Layout.of([len(page) for page in found]))
    ours = Network.of(trained.arrays("n"), "n").run(matrix, np.array([len(page) for page in found]))
    assert ours[0] == pytest.approx(content.numpy(), abs=1e-4)
    assert ours[1] == pytest.approx(kinds.numpy(), abs=1e-4)
