"""The texts of all kinds of arrays in signatures: those of nanobind."""

import pytest
import test_ndarrays_signatures_ext as t

#: In the order of the types in the module.
TEXTS = [
    ("nb::ndarray<>", "ndarray[]"),
    ("nb::ndarray<float>", "ndarray[dtype=float32]"),
    ("nb::ndarray<double>", "ndarray[dtype=float64]"),
    ("nb::ndarray<uint8_t>", "ndarray[dtype=uint8]"),
    ("nb::ndarray<int8_t>", "ndarray[dtype=int8]"),
    ("nb::ndarray<int16_t>", "ndarray[dtype=int16]"),
    ("nb::ndarray<int32_t>", "ndarray[dtype=int32]"),
    ("nb::ndarray<int64_t>", "ndarray[dtype=int64]"),
    ("nb::ndarray<uint16_t>", "ndarray[dtype=uint16]"),
    ("nb::ndarray<uint32_t>", "ndarray[dtype=uint32]"),
    ("nb::ndarray<uint64_t>", "ndarray[dtype=uint64]"),
    ("nb::ndarray<bool>", "ndarray[dtype=bool]"),
    ("nb::ndarray<std::complex<float>>", "ndarray[dtype=complex64]"),
    ("nb::ndarray<std::complex<double>>", "ndarray[dtype=complex128]"),
    ("nb::ndarray<const float>", "ndarray[dtype=float32, writable=False]"),
    ("nb::ndarray<const bool>", "ndarray[dtype=bool, writable=False]"),
    ("nb::ndarray<nb::ro>", "ndarray[writable=False]"),
    ("nb::ndarray<nb::ro, float>", "ndarray[dtype=float32, writable=False]"),
    ("nb::ndarray<float, nb::ro>", "ndarray[dtype=float32, writable=False]"),
    ("nb::ndarray<const float, nb::ro>", "ndarray[dtype=float32, writable=False]"),
    ("nb::ndarray<nb::shape<-1, 3>>", "ndarray[shape=(*, 3)]"),
    ("nb::ndarray<nb::shape<3>>", "ndarray[shape=(3)]"),
    ("nb::ndarray<nb::shape<>>", "ndarray[shape=()]"),
    ("nb::ndarray<nb::shape<0>>", "ndarray[shape=(0)]"),
    ("nb::ndarray<nb::ndim<1>>", "ndarray[shape=(*)]"),
    ("nb::ndarray<nb::ndim<2>>", "ndarray[shape=(*, *)]"),
    ("nb::ndarray<nb::ndim<0>>", "ndarray[shape=()]"),
    ("nb::ndarray<nb::c_contig>", "ndarray[order='C']"),
    ("nb::ndarray<nb::f_contig>", "ndarray[order='F']"),
    ("nb::ndarray<nb::any_contig>", "ndarray[order='A']"),
    ("nb::ndarray<nb::device::none>", "ndarray[device='none']"),
    ("nb::ndarray<nb::device::cpu>", "ndarray[device='cpu']"),
    ("nb::ndarray<nb::device::cuda>", "ndarray[device='cuda']"),
    ("nb::ndarray<nb::device::cuda_host>", "ndarray[device='cuda_host']"),
    ("nb::ndarray<nb::device::opencl>", "ndarray[device='opencl']"),
    ("nb::ndarray<nb::device::vulkan>", "ndarray[device='vulkan']"),
    ("nb::ndarray<nb::device::metal>", "ndarray[device='metal']"),
    ("nb::ndarray<nb::device::rocm>", "ndarray[device='rocm']"),
    ("nb::ndarray<nb::device::rocm_host>", "ndarray[device='rocm_host']"),
    ("nb::ndarray<nb::device::cuda_managed>", "ndarray[device='cuda_managed']"),
    ("nb::ndarray<nb::device::oneapi>", "ndarray[device='oneapi']"),
    ("nb::ndarray<nb::no_framework>", "ndarray[]"),
    ("nb::ndarray<nb::numpy>", "numpy.ndarray[]"),
    ("nb::ndarray<nb::pytorch>", "torch.Tensor[]"),
    ("nb::ndarray<nb::tensorflow>", "tensorflow.python.framework.ops.EagerTensor[]"),
    ("nb::ndarray<nb::jax>", "jaxlib._jax.ArrayImpl[]"),
    ("nb::ndarray<nb::cupy>", "cupy.ndarray[]"),
    ("nb::ndarray<nb::mlx>", "mlx.core.array[]"),
    ("nb::ndarray<nb::memview>", "memoryview[]"),
    ("nb::ndarray<nb::array_api>", "ArrayLike[]"),
    ("nb::ndarray<nb::numpy, float>", "numpy.ndarray[dtype=float32]"),
    ("nb::ndarray<float, nb::numpy>", "numpy.ndarray[dtype=float32]"),
    ("nb::ndarray<nb::pytorch, float, nb::device::cuda>", "torch.Tensor[dtype=float32, device='cuda']"),
    ("nb::ndarray<nb::memview, nb::ro>", "memoryview[writable=False]"),
    ("nb::ndarray<float, nb::shape<-1, 3>, nb::c_contig, nb::device::cpu>", "ndarray[dtype=float32, shape=(*, 3), order='C', device='cpu']"),
    ("nb::ndarray<nb::device::cpu, nb::c_contig, nb::shape<-1, 3>, float>", "ndarray[dtype=float32, shape=(*, 3), order='C', device='cpu']"),
    ("nb::ndarray<const float, nb::shape<-1, 3>, nb::c_contig, nb::device::cpu, nb::numpy>", "numpy.ndarray[dtype=float32, shape=(*, 3), order='C', device='cpu', writable=False]"),
    ("nb::ndarray<nb::ro, nb::shape<-1, 3>>", "ndarray[shape=(*, 3), writable=False]"),
    ("nb::ndarray<nb::ro, nb::c_contig>", "ndarray[order='C', writable=False]"),
    ("nb::ndarray<nb::shape<>, float>", "ndarray[dtype=float32, shape=()]"),
    ("nb::ndarray<float, nb::shape<2, -1, 4>, nb::f_contig, nb::ro>", "ndarray[dtype=float32, shape=(2, *, 4), order='F', writable=False]"),
    ("nb::ndarray<nb::numpy, nb::ro, nb::device::cuda>", "numpy.ndarray[device='cuda', writable=False]"),
    ("nb::ndarray<nb::array_api, const double, nb::any_contig>", "ArrayLike[dtype=float64, order='A', writable=False]"),
]


@pytest.mark.row("nd-10", "nd-13", "nd-14", "nd-15", "nd-16", "nd-18", "nd-21", "nd-11", "nd-12", "nd-36", "nd-37", "nd-38", "nd-39", "nd-41", "nd-42", "nd-43", "nd-44", "api-nd-2", "api-nd-3")
@pytest.mark.parametrize("number", range(len(TEXTS)))
def test_texts_of_types(number):
    _, text = TEXTS[number]
    assert getattr(t, f"takes_{number}").__doc__ == f"takes_{number}(arg: {text}, /) -> None"
    assert getattr(t, f"gives_{number}").__doc__ == f"gives_{number}() -> {text}"


def test_every_type_has_a_text():
    assert t.count() == len(TEXTS)


@pytest.mark.row("nd-10")
def test_the_order_of_markers_is_the_same_type():
    texts = [getattr(t, f"takes_{number}").__doc__.split("(", 1)[1] for number in range(t.count())]
    same = "arg: ndarray[dtype=float32, shape=(*, 3), order='C', device='cpu'], /) -> None"
    assert texts.count(same) == 2 and texts.count("arg: ndarray[dtype=float32, writable=False], /) -> None") == 4
    assert texts.count("arg: numpy.ndarray[dtype=float32], /) -> None") == 2


@pytest.mark.row("nd-21", "nd-69")
def test_texts_of_functions():
    assert t.spelled.__doc__ == (
        "spelled(arg0: ndarray[dtype=float32, shape=(*, 3)], arg1: collections.abc.Sequence[ndarray[dtype=int32]], "
        "arg2: ndarray[dtype=uint8] | None, /) -> None"
    )
    assert t.nested.__doc__ == "nested() -> tuple[numpy.ndarray[dtype=float32], list[numpy.ndarray[dtype=float64]]] | None"
    assert t.borrowed.__doc__ == "borrowed() -> numpy.ndarray[dtype=float32, shape=(2), writable=False]"
    assert t.object.__doc__ == "object() -> numpy.ndarray[dtype=float32, shape=(1)]"
    assert t.default.__doc__ == "default(x: ndarray[dtype=float32] | None = None) -> None"
