//! Arrays of the crate `ndarray`: what is taken, lent, refused, and given back.

use nb::prelude::*;
use ndarray::{
    ArcArray1, ArcArray2, Array0, Array1, Array2, Array3, Array4, ArrayBase, ArrayD, ArrayView0, ArrayView1,
    ArrayView2, ArrayView3, ArrayViewD, ArrayViewMut1, ArrayViewMut2, ArrayViewMut3, ArrayViewMutD, Axis, Data,
    Dimension, IxDyn, s,
};
use num_complex::Complex;

type C32 = Complex<f32>;
type C64 = Complex<f64>;

/// A number as a complex one.
trait Number: Copy {
    fn complex(self) -> C64;
}

macro_rules! numbers {
    ($($ty:ty: |$x:ident| $complex:expr;)*) => { $(
        impl Number for $ty {
            fn complex(self) -> C64 {
                let $x = self;
                $complex
            }
        }
    )* };
}
numbers! {
    f32: |x| C64::new(x.into(), 0.0);
    f64: |x| C64::new(x, 0.0);
    bool: |x| C64::new(u8::from(x).into(), 0.0);
    nb::bool8: |x| C64::new(u8::from(x.get()).into(), 0.0);
    C32: |x| C64::new(x.re.into(), x.im.into());
}

/// What a function is given: address of the first element, sizes, strides, and the elements. Indexing has to agree with the iterator.
type Seen = (usize, Vec<usize>, Vec<isize>, Vec<C64>);

fn seen<T: Number, S: Data<Elem = T>, I: Dimension>(a: &ArrayBase<S, I>) -> Seen {
    let all = a.view().into_dyn();
    for (index, value) in all.indexed_iter() {
        assert!(all[index].complex() == value.complex());
    }
    (a.as_ptr() as usize, a.shape().to_vec(), a.strides().to_vec(), a.iter().map(|value| value.complex()).collect())
}

/// Functions that look at an argument, with and without conversion.
macro_rules! looks {
    ($m:ident: $($name:literal $ty:ty;)*) => { $(
        $m.def($name, |a: $ty| seen(&a), nb::arg("a"));
        $m.def(concat!($name, "_nc"), |a: $ty| seen(&a), nb::arg("a").noconvert());
    )* };
}

/// The same, of views to write to, and functions that add 100 to each element.
macro_rules! writes {
    ($m:ident: $($name:literal $ty:ty;)*) => { $(
        looks!($m: $name $ty;);
        $m.def(concat!($name, "_w"), |mut a: $ty| { a += 100.0; }, ());
    )* };
}

/// Functions that give back what they take.
macro_rules! echoes {
    ($m:ident: $($name:literal $ty:ty;)*) => { $( $m.def($name, |a: $ty| -> $ty { a }, ()); )* };
}

/// A class with arrays.
pub struct Holder {
    all: Array3<f32>,
    bools: Array1<bool>,
    shared: ArcArray2<f64>,
}

impl Holder {
    fn view(&self) -> ArrayView3<'_, f32> {
        self.all.view()
    }
    fn part(&self) -> ArrayView2<'_, f32> {
        self.all.slice(s![1, .., ..;2])
    }
    fn turned(&self) -> ArrayViewD<'_, f32> {
        let mut view = self.all.view();
        view.invert_axis(Axis(0));
        view.invert_axis(Axis(2));
        view.into_dyn()
    }
    fn bools(&self) -> ArrayView1<'_, bool> {
        self.bools.view()
    }
}

nb_module!(test_arrays_ndarray_ext, m, {
    looks! { m:
        "A0" Array0<f32>;
        "A1" Array1<f32>;
        "A2" Array2<f32>;
        "A3" Array3<f32>;
        "AD" ArrayD<f32>;
        "Ad2" Array2<f64>;
        "Ab2" Array2<bool>;
        "Ac2" Array2<C32>;
        "Arc2" ArcArray2<f32>;
        "R2" &Array2<f32>;
        "V0" ArrayView0<'_, f32>;
        "V1" ArrayView1<'_, f32>;
        "V2" ArrayView2<'_, f32>;
        "V3" ArrayView3<'_, f32>;
        "VD" ArrayViewD<'_, f32>;
        "Vb2" ArrayView2<'_, nb::bool8>;
    }
    writes! { m:
        "M1" ArrayViewMut1<'_, f32>;
        "M2" ArrayViewMut2<'_, f32>;
        "M3" ArrayViewMut3<'_, f32>;
        "MD" ArrayViewMutD<'_, f32>;
    }
    echoes! { m:
        "same_A0" Array0<f32>;
        "same_A1" Array1<f32>;
        "same_A2" Array2<f32>;
        "same_A3" Array3<f32>;
        "same_A4" Array4<f64>;
        "same_AD" ArrayD<f32>;
        "same_Ab2" Array2<bool>;
        "same_Ac2" Array2<C32>;
        "same_Arc1" ArcArray1<f32>;
        "same_opt" Option<Array1<f32>>;
        "same_list" Vec<Array1<f32>>;
    }

    // Results of which somebody knows where they were.
    m.def("made", |rows: usize, columns: usize| {
        let made = Array2::from_shape_fn((rows, columns), |(row, column)| (row * columns + column) as f32);
        (made.as_ptr() as usize, made)
    });
    m.def("made_turned", || {
        let mut made = Array2::from_shape_fn((3, 4), |(row, column)| (row * 4 + column) as f32).reversed_axes();
        made.invert_axis(Axis(1));
        (made.as_ptr() as usize, made)
    });
    m.def("made_part", || Array2::from_shape_fn((4, 4), |(row, column)| (row * 4 + column) as f32).slice_move(s![1..;2, ..2]));
    m.def("zeros", |size: usize| Array1::<f64>::zeros(size));
    m.def("as_none", || Array1::<f32>::zeros(2), nb::rv_policy::none);
    m.def("as_copy", || Array1::<f32>::zeros(2), nb::rv_policy::copy);
    m.def("cast_out", || nb::cast(ArrayD::<f32>::zeros(IxDyn(&[1, 2, 3, 4, 5]))));
    m.def("cast_in", |a: nb::object| -> nb::Result<Array2<f32>> { nb::cast(&a) });

    // Aliases.
    m.def("both", |mut a: ArrayViewMutD<'_, f32>, b: ArrayViewMutD<'_, f32>| { a += &b; });
    m.def("add_to", |mut a: ArrayViewMutD<'_, f32>, b: ArrayViewD<'_, f32>| { a += &b; });
    m.def("add_copy", |b: ArrayD<f32>, mut a: ArrayViewMutD<'_, f32>| { a += &b; });
    m.def("read_both", |a: ArrayViewD<'_, f32>, b: ArrayViewD<'_, f32>| a.sum() + b.sum());
    m.def("within", |mut a: ArrayViewMutD<'_, f32>, f: nb::object| -> nb::Result<(f32, f32)> {
        a.fill(1.0);
        let before = a.sum();
        f.call(())?;
        Ok((before, a.sum()))
    });
    m.def("within_reading", |a: ArrayViewD<'_, f32>, f: nb::object| -> nb::Result<(f32, f32)> {
        let before = a.sum();
        f.call(())?;
        Ok((before, a.sum()))
    });
    m.def("views", |all: Vec<ArrayViewMut1<'_, f32>>| all.into_iter().for_each(|mut a| a += 1.0));

    nb::class_<Holder>(m, "Holder")
        .def(nb::init(|| Holder {
            all: Array3::from_shape_fn((2, 3, 4), |(i, j, k)| (i * 12 + j * 4 + k) as f32),
            bools: Array1::from_vec(vec![true, false]),
            shared: ArcArray2::from_elem((2, 2), 1.0),
        }))
        .def("set", |h: &mut Holder, value: f32| h.all.fill(value))
        .def("write_shared", |h: &mut Holder, value: f64| h.shared.fill(value))
        .def("shared", |h: &Holder| h.shared.clone())
        .def("at", |h: &Holder| h.all.as_ptr() as usize)
        .def("shared_at", |h: &Holder| h.shared.as_ptr() as usize)
        .def("view", Holder::view, nb::rv_policy::reference_internal)
        .def("view_copied", Holder::view)
        .def("part", Holder::part, nb::rv_policy::reference_internal)
        .def("part_copied", Holder::part, nb::rv_policy::copy)
        .def("turned", Holder::turned, nb::rv_policy::reference_internal)
        .def("bools", Holder::bools, nb::rv_policy::reference_internal)
        .def_prop_ro("prop", Holder::view)
        .def_rw("field", &Holder::all)
        .def_rw("shared_field", &Holder::shared)
        .def("reference", |h: &Holder| &h.all, nb::rv_policy::reference_internal)
        .def("reference_copied", |h: &Holder| &h.all);
});
