use super::{keeps, refuses, rewrites};

#[test]
fn markers() {
    for (written, expected) in [
        ("nb::ndarray<float, nb::ndim<2>>", "nb::ndarray::<(f32, nb::ndim<2>,)>"),
        ("nb::ndarray<>", "nb::ndarray::<()>"),
        ("nb::ndarray<nb::numpy, const double>", "nb::ndarray::<(nb::numpy, nb::Const<f64>,)>"),
        ("nb::ndarray<double const>", "nb::ndarray::<(nb::Const<f64>,)>"),
        ("nb::ndarray<std::complex<float>>", "nb::ndarray::<(nb::complex<f32>,)>"),
        ("nb::ndarray<std::uint8_t>", "nb::ndarray::<(u8,)>"),
        ("nb::ndarray<(f32, nb::ro)>", "nb::ndarray::<(f32, nb::ro)>"),
        ("nb::ndarray_ref<'a, float>", "nb::ndarray_ref::<'a, (f32,)>"),
        ("Vec<nb::ndarray<int>>", "Vec<nb::ndarray::<(i32,)> >"),
        (
            "nb::ndarray<uint8_t, nb::shape<-1, -1, 3>, nb::device::cpu>",
            "nb::ndarray::<(u8, nb::shape<(nb::dim<{ -1 }>, nb::dim<{ -1 }>, nb::dim<{ 3 }>,)>, nb::device::cpu,)>",
        ),
        ("nb::ndarray<nb::shape<>>", "nb::ndarray::<(nb::shape<()>,)>"),
    ] {
        rewrites(&format!("f(|a: {written}| 1);"), &format!("f(|a: {expected}| 1);"));
    }
    for (written, expected) in [
        ("nb::DRef<const DMatrix<f32>>", "nb::DRef::<nb::Const<DMatrix<f32> > >"),
        ("nb::DMap1<'_, DVector<f64> const>", "nb::DMap1::<'_, nb::Const<DVector<f64> > >"),
    ] {
        rewrites(&format!("f(|a: {written}| 1);"), &format!("f(|a: {expected}| 1);"));
    }
    keeps("f(|a: nb::DRef<DMatrix<f32>>| 1);");
    keeps("f(|a: nb::ndarray| 1);");
    refuses("f(|a: nb::ndarray<nb::shape<-2>>| 1);", "nb: the arguments of nb::shape are sizes, or -1");
}

#[test]
fn values() {
    rewrites(
        "f(|| nb::ndarray<nb::numpy, float, nb::ndim<1>>::from_vec(v, [3]));",
        "f(|| nb::ndarray::<(nb::numpy, f32, nb::ndim<1>,)>::from_vec(v, [3]));",
    );
    rewrites(
        "let a = unsafe { nb::ndarray<float>(data, {2, 3}, owner)? };",
        "let a = unsafe { nb::ndarray::<(f32,)>::new(data, [2, 3], owner,)? };",
    );
    rewrites("let a = nb::ndarray<float>(data);", "let a = nb::ndarray::<(f32,)>::new(data, [], (),);");
    rewrites("let a = nb::ndarray<float>();", "let a = nb::ndarray::<(f32,)>::default();");
    refuses(
        "let a = nb::ndarray<float>(data, {2}, owner, {1});",
        "nb: nb::ndarray(data, {sizes}, owner) has no further",
    );
    rewrites("type A = nb::ndarray<float>;", "type A = nb::ndarray::<(f32,)>;");
    rewrites("f(nb::dtype<float>());", "f(nb::dtype::<f32>());");
    rewrites("let v = a.view<float, nb::ndim<2>>();", "let v = a.view_as::<(f32, nb::ndim<2>,)>();");
    rewrites("let v = a.view::<float>();", "let v = a.view_as::<(f32,)>();");
    rewrites(
        "f(Ok(a.view<double, nb::ndim<1>>()?.size()), 2);",
        "f(Ok(a.view_as::<(f64, nb::ndim<1>,)>()?.size()), 2);",
    );
    keeps("let v = a.view::<Other>(); let w = a.view();");
    keeps("f(a.view < b, c > d);");
}

#[test]
fn closures_that_show_what_they_borrow() {
    rewrites(
        "m.def(\"f\", |a: &M| nb::ndarray_ref<float>::from_slice(&a.m, []));",
        "m.def(\"f\", (nb::__private::shaped1::<dyn for<'r, 's> nb::__private::Shape1<'r, 's, A1 = &'r M, \
         Out = nb::Result<nb::ndarray_ref::<'r, (f32,)> > >, _>)(|a: &M| -> nb::Result<nb::ndarray_ref::<(f32,)> > \
         { nb::ndarray_ref::<(f32,)>::from_slice(&a.m, []) }), ());",
    );
}
