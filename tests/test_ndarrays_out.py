"""Arrays that native code makes: what Python gets, the arguments of the constructor, owners, objects of classes, and casts."""

import gc
import subprocess
import sys
import threading

import numpy as np
import pytest
import test_ndarrays_out_ext as t
from dlpack_by_hand import freed, make, name_of, tensor_in
from ndarray_inputs import VERSIONED, fixed, zeros

F32 = (2, 32, 1)


def spec(shape=(2, 3), strides=None, dtype=F32, device=(1, 0), order="-", offset=0):
    return list(shape), strides, dtype, device, order, offset


def dropped():
    gc.collect()
    return t.dropped()


@pytest.mark.row("nd-36", "nd-01", "NDA-18")
def test_arrays_of_rust_values():
    made = t.of_vec(4)
    assert type(made) is np.ndarray and made.tolist() == [0, 1, 2, 3] and made.dtype == "f8" and made.flags.writeable and made.flags.aligned
    made[0] = 9
    assert made.sum() == 15 and type(made.base).__name__ == "nb_ndarray"
    assert t.of_box().tolist() == [[1, 2, 3], [4, 5, 6]] and t.of_arc().tolist() == [1, 2, 3] and not t.of_arc().flags.writeable
    fortran = t.in_fortran()
    assert fortran.tolist() == [[0, 2, 4], [1, 3, 5]] and fortran.strides == (4, 8) and fortran.flags.f_contiguous
    assert t.of_flags().dtype == "?" and t.of_flags().tolist() == [True, False] and t.of_halves().tolist() == [1.5] and t.of_halves().dtype == "f2"
    assert t.of_complex().tolist() == [1 + 2j] and t.of_complex().dtype == "c8" and t.scalar().shape == () and t.scalar() == 4.0
    assert t.of_vec(0).shape == (0,) and t.of_vec_as(6, [2, 3]).tolist() == [[0, 1, 2], [3, 4, 5]] and t.of_vec_as(0, [3, 0]).shape == (3, 0)
    assert t.of_vec.__doc__ == "of_vec(arg: int, /) -> numpy.ndarray[dtype=float64, shape=(*)]"
    assert t.invalid() is None and t.create_2d(2, 2).tolist() == [[0, 1], [2, 3]]


@pytest.mark.row("nd-46", "nd-47", "nd-48", "nd-88", "api-nd-11", "api-nd-12", "NDA-16", "NDA-36")
def test_arguments_of_the_constructor_that_contradict_each_other():
    for call, text in [
        (lambda: t.of_vec_as(5, [2, 3]), r"5 elements are not an array of shape \[2, 3\]"),
        (lambda: t.of_vec_as(1, [2**62, 4]), "elements are not an array of shape"),
        (t.wrong_shape, r"the sizes \[3, 3\] are not those of numpy.ndarray\[dtype=float32, shape=\(2, 3\)\]"),
        (t.wrong_device, "native code cannot read it at its address"),
        (t.open_shape, r"numpy.ndarray\[dtype=float32, shape=\(\*, 3\)\] leaves sizes open"),
        (t.no_dtype, "the type of the elements is not known: name it with `dtype`"),
        (lambda: t.at_null(1), "an array with elements needs an address"),
        (lambda: t.mk_aa(spec((1,) * 129), False), "an array has at most 128 dimensions"),
        (lambda: t.mk_aa(spec((2, 3), [1]), False), "an array has as many strides as sizes"),
        (lambda: t.mk_aa(spec((2, 3), [1, 2, 3]), False), "an array has as many strides as sizes"),
        (lambda: t.mk_aa(spec(order="X"), False), "the order of an array is 'C', 'F' or 'A'"),
        (lambda: t.mk_aa(spec(dtype=(2, 0, 1)), False), "the type of the elements is not known"),
        (lambda: t.mk_aa(spec((2**62, 4)), False), "does not fit into memory"),
        (lambda: t.mk_aa(spec((2**62, 0, 4)), False), "does not fit into memory"),
        (lambda: t.mk_aa(spec((2, 2), [2**61, 1]), False), "does not fit into memory"),
        (lambda: t.mk_aa(spec((2, 2), [-(2**60), 1]), False), "does not fit into memory"),
        (lambda: t.mk_aa(spec((2**64 - 1,)), False), "does not fit into memory"),
        (lambda: t.mk_aa_2(spec((3,)), False), "are not those of"),
    ]:
        before = dropped()
        with pytest.raises(ValueError, match=text):
            call()
        assert dropped() - before in (0, 1)


@pytest.mark.row("nd-47", "nd-49", "nd-48", "NDA-38")
def test_sizes_strides_and_orders():
    for order, strides in [("-", (12, 4)), ("C", (12, 4)), ("A", (12, 4)), ("F", (4, 8))]:
        assert t.mk_np(spec(order=order), False).strides == strides
    assert t.mk_np(spec((2, 3, 4), order="F", dtype=(0, 8, 1)), False).strides == (1, 2, 6)
    scalar = t.mk_np(spec(()), False)
    assert scalar.shape == () and scalar.strides == () and type(scalar) is np.ndarray
    assert t.second_columns().tolist() == [[0, 2], [4, 6], [8, 10]] and t.second_columns().strides == (32, 16)
    assert t.mk_np(spec((3, 2), [0, -1], offset=64), False).strides == (0, -4)
    assert t.at_null(0).shape == (0,)
    assert t.mk_aa(spec((1,) * 128), False).__dlpack_device__() == (1, 0) and t.mk_np(spec((1,) * 64), False).ndim == 64


@pytest.mark.row("nd-50", "nd-78", "nd-88", "api-nd-23", "api-nd-24", "api-disc-8")
def test_devices_that_nobody_can_read():
    for device in [(2, 0), (2, 3), (4, 0), (7, 0), (8, 0), (10, 1), (14, 0), (3, 0), (13, 0), (11, 0), (999, 5)]:
        made = t.mk_aa(spec(device=device), True)
        assert made.__dlpack_device__() == device
        tensor = tensor_in(capsule := made.__dlpack__(max_version=(1, 0))).tensor
        assert (tensor.device, tensor.device_id, tensor.data) == (*device, 0xDEAD0000)
        assert made.__dlpack__(dl_device=device) is not None
        with pytest.raises(BufferError, match="unsupported dl_device"):
            made.__dlpack__(dl_device=(1, 0))
        capsule = t.mk_nf(spec(device=device), True)
        assert tensor_in(capsule).tensor.device == device[0]
    for device in [(2, 0), (8, 0), (14, 1)]:
        for function in (t.mk_mv, t.mk_np):
            with pytest.raises((BufferError, TypeError)):
                function(spec(device=device), True)
    with pytest.raises(BufferError, match="^Only CPU-allocated ndarrays can be accessed via the buffer protocol!$"):
        memoryview(t.mk_aa(spec(device=(2, 1)), True))


@pytest.mark.row("nd-51", "api-nd-27", "api-nd-26", "NDA-06")
def test_byte_offsets():
    made = t.mk_aa(spec((4,), offset=8), False)
    managed = tensor_in(capsule := made.__dlpack__())
    assert managed.tensor.byte_offset == 8 and np.asarray(made).ctypes.data == managed.tensor.data + 8 == np.from_dlpack(made).ctypes.data
    del capsule
    opaque = tensor_in(capsule := t.mk_nf(spec(device=(8, 0), offset=1 << 40), True))
    assert opaque.tensor.byte_offset == 1 << 40 and opaque.tensor.data == 0xDEAD0000


@pytest.mark.row("nd-52", "nd-54", "api-nd-11")
def test_any_object_may_be_the_owner():
    class Owner:
        pass

    # Constants of the code may live for ever.
    for owner in (Owner(), "-".join(sys.argv + ["text"]), [1], tuple([1, *sys.argv]), np.zeros(2)):
        before = sys.getrefcount(owner)
        made = t.owned_by(owner)
        assert sys.getrefcount(owner) == before + 1 and made.tolist() == [1, 2]
        view = made[1:]
        del made
        assert sys.getrefcount(owner) == before + 1
        del view
        assert sys.getrefcount(owner) == before
    assert t.find_unbound()


@pytest.mark.row("nd-53", "nd-57", "NDA-44")
@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_one_owner_of_several_arrays(order):
    before = dropped()
    arrays = dict(enumerate(t.several()))
    views = {place: memoryview(array)[1:] for place, array in arrays.items()}
    for place in order:
        assert dropped() == before
        arrays[place][:] = place
        del arrays[place]
    for place in order:
        assert dropped() == before and views[place].tolist() == [place] * 9
        del views[place]
    assert dropped() == before + 1


@pytest.mark.row("nd-55", "nd-62")
def test_the_memory_of_an_object():
    matrix = t.Matrix()
    before = sys.getrefcount(matrix)
    view = matrix.view()
    assert sys.getrefcount(matrix) == before + 1 and view.shape == (4, 4) and view.strides == (4, 16) and view.flags.writeable
    view[1, 0] = 5
    matrix.set(4, 7)
    assert matrix.get(1) == 5 and view[0, 1] == 7 and np.shares_memory(view, matrix.view())
    other = matrix.view()
    del matrix
    gc.collect()
    view[3, 3] = 1
    assert other[3, 3] == 1 and other[0, 1] == 7
    matrix = t.Matrix()
    copy = matrix.copied()
    copy[:] = 3
    assert matrix.get(0) == 0 and copy.flags.writeable


@pytest.mark.row("nd-55", "nd-85")
def test_an_object_does_not_change_while_arrays_of_it_exist():
    matrix = t.Matrix()
    plain = matrix.plain()
    assert plain.tolist() == [1, 2, 3] and not plain.flags.writeable
    part = plain[1:]
    for _ in range(2):
        with pytest.raises(BufferError):
            matrix.push(4.0)
        assert matrix.sum() == 6.0 and matrix.plain_copied().tolist() == [1, 2, 3]
        plain = None
    del part
    gc.collect()
    matrix.push(4.0)
    assert matrix.plain().tolist() == [1, 2, 3, 4]
    matrix.push(5.0)
    copy = matrix.plain_copied()
    copy[0] = 8
    matrix.push(6.0)
    assert matrix.sum() == 21.0
    with pytest.raises(TypeError, match=r"an array over a `&\[T\]` is read-only"):
        matrix.plain_writable()


@pytest.mark.skipif(not VERSIONED, reason="NumPy 2.0 asks for no versions, without which nothing read-only is exported")
@pytest.mark.row("nd-81", "nd-82", "nd-83")
def test_a_class_with_dlpack_of_its_own():
    matrix = t.Matrix4f()
    assert t.Matrix4f.__dlpack_device__() == (1, 0)
    before = sys.getrefcount(matrix)
    array = np.from_dlpack(matrix)
    assert array.strides == (4, 16) and array[1, 0] == 1 and not array.flags.writeable and sys.getrefcount(matrix) > before
    with pytest.raises(BufferError, match="copy=True"):
        np.from_dlpack(matrix, copy=True)
    with pytest.raises(TypeError, match="unsupported keyword argument 'foo'"):
        matrix.__dlpack__(foo=1)
    assert name_of(matrix.__dlpack__(stream=3, max_version=(1, 0))) == b"dltensor_versioned"
    address = array.ctypes.data
    del matrix
    gc.collect()
    assert array.sum() == 120 and array.ctypes.data == address


@pytest.mark.row("nd-68", "nd-69", "nd-67", "NDA-19", "api-nd-30")
def test_casts_in_bodies():
    assert t.cast_local().tolist() == [1, 2, 3] and t.cast_local.__doc__ == "cast_local() -> object"
    assert t.cast_typed().tolist() == [1, 2, 3] and t.cast_typed.__doc__ == "cast_typed() -> numpy.ndarray[dtype=float32, shape=(3)]"
    value = zeros()
    assert t.cast_kept(value) is value
    with pytest.raises(RuntimeError, match="ndarray already has an owner"):
        t.cast_parent(value)
    with pytest.raises(RuntimeError, match="the policy makes no object"):
        t.cast_none()


@pytest.mark.row("nd-33", "api-nd-10")
def test_arrays_as_fields_and_in_containers():
    value = zeros()
    before = sys.getrefcount(value)
    keeper = t.Keeper(value)
    # Twice, see test_numpy_does_not_move_memory_that_native_code_alone_keeps.
    assert sys.getrefcount(value) == before + 2
    assert keeper.array is value and keeper.maybe is None
    keeper.maybe = value
    keeper.array = other = np.ones(3, "f4")
    assert keeper.maybe is value
    assert keeper.array is other
    keeper.array = np.ones(2)
    assert keeper.array.dtype == "f4" and keeper.array.tolist() == [1, 1]
    keeper.maybe = None
    assert sys.getrefcount(value) == before
    with pytest.raises(TypeError):
        keeper.array = "text"
    assert t.call_with(lambda array, number: (array.tolist(), number)) == ([1, 2], 5)
    double = np.zeros(2)
    assert t.by_name({"a": double, "b": np.ones(1, "i4")})["a"] is double


@pytest.mark.row("api-nd-9", "NDA-11", "NDA-17")
def test_other_constraints():
    value = zeros()
    assert t.to_f32_matrix(value) is value and t.relaxed(value) is value and t.assumed(value) is value
    for wrong in (zeros("f8"), zeros(shape=3), zeros("i4")):
        with pytest.raises(TypeError, match=r"ndarray\(dtype=.*\) is not an ndarray\[dtype=float32, shape=\(\*, \*\), writable=False\]"):
            t.to_f32_matrix(wrong)


@pytest.mark.row("nd-35", "nd-41", "api-ndann-25", "NDA-33")
def test_the_python_object_is_made_after_the_body():
    code = """if True:
        import sys, types
        core = types.ModuleType("mlx.core")
        sys.modules.update({"mlx": types.ModuleType("mlx"), "mlx.core": core})
        import test_ndarrays_out_ext as t
        log = []
        core.array = lambda value: log.append("array") or memoryview(value).tolist()
        assert t.logs(log.append) == [1.0] and log == ["body", "array"], log
    """
    run(code)


def run(code):
    """In an interpreter of its own, which has to end without a word."""
    done = subprocess.run([sys.executable, "-c", f"import sys; sys.path[:0] = {sys.path!r}\n" + code], capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stderr) == (0, ""), done.stderr


@pytest.mark.row("nd-85", "NDA-07")
def test_read_only_results():
    versioned = [np.from_dlpack(t.ro_aa(spec(), False))] if VERSIONED else []
    for made in (t.ro_np(spec(), False), np.asarray(t.ro_aa(spec(), False)), np.asarray(t.ro_mv(spec(), False)), *versioned):
        assert not made.flags.writeable
        with pytest.raises(ValueError, match="assignment destination is read-only"):
            made[0, 0] = 1
        with pytest.raises(ValueError):
            made.flags.writeable = True
    assert t.ro_mv(spec(), False).readonly and not t.mk_mv(spec(), False).readonly
    capsule = t.ro_nf(spec(), False)
    assert name_of(capsule) == b"dltensor_versioned" and tensor_in(capsule).flags == 1
    assert name_of(t.mk_nf(spec(), False)) == b"dltensor" and tensor_in(other := t.mk_aa(spec(), False).__dlpack__(max_version=(1, 0))).flags == 0 and other


@pytest.mark.row("NDA-14", "nd-33", "nd-34")
def test_arrays_end_on_other_threads():
    value = zeros()
    count = sys.getrefcount(value)
    capsule, key = make()
    for _ in range(50):
        assert t.drop_on_thread(value) and t.drop_on_thread(bytearray(4)) and t.drop_on_thread(t.create_2d(2, 2))
    assert t.drop_on_thread(capsule) and freed(key) == 1
    assert sys.getrefcount(value) == count
    t.keep(value)
    t.keep(fixed(value.copy()))
    assert sys.getrefcount(value) == count + 2 and t.kept_sum() == 12
    thread = threading.Thread(target=t.let_go)
    thread.start(), thread.join()
    assert sys.getrefcount(value) == count and t.kept_sum() == 0


@pytest.mark.row("nd-87", "NDA-43")
def test_arrays_outlive_the_interpreter():
    run("""if True:
        import numpy as np, array
        import test_ndarrays_out_ext as t
        from dlpack_by_hand import make
        for value in (np.zeros(3), bytearray(3), array.array("d", [1]), t.create_2d(2, 3), np.zeros(2).__dlpack__(), make(deleter=True)[0], t.of_arc()):
            t.keep(value)
        cycle = [t.several()]
        cycle.append(cycle)
        late = t.mk_aa(([2], None, (2, 32, 1), (1, 0), "-", 0), False), memoryview(t.create_2d(2, 2))
    """)
