//! Modules of classes that fail, warn, or end.

/// Binds a class that derives from one that is not bound.
mod orphan {
    use nb::prelude::*;
    pub struct Parent;
    pub struct Child {
        pub parent: Parent,
    }
    nb_base!(Child, parent: Parent);
    nb_module!(test_classes_orphan_ext, m, {
        nb::uses_<Parent>();
        nb::class_<Child, Parent>(m, "Child").def(nb::init(|| Child { parent: Parent }));
    });
}

/// Binds one type twice.
mod twice {
    use nb::prelude::*;
    pub struct One;
    nb_module!(test_classes_twice_ext, m, {
        nb::class_<One>(m, "First").def(nb::init(|| One));
        nb::class_<One>(m, "Second").def("n", |_: &One| 2);
    });
}

/// Can be thrown away and imported anew.
mod throwaway {
    use nb::prelude::*;
    use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

    static CAPTURES: AtomicUsize = AtomicUsize::new(0);
    pub struct Capture([u64; 16]);
    impl Capture {
        fn new() -> Capture {
            CAPTURES.fetch_add(1, Relaxed);
            Capture([7; 16])
        }
        fn get(&self) -> u64 {
            self.0[15]
        }
    }
    impl Drop for Capture {
        fn drop(&mut self) {
            CAPTURES.fetch_sub(1, Relaxed);
        }
    }
    pub struct Base(i32);
    pub struct Child {
        pub base: Base,
    }
    nb_base!(Child, base: Base);
    nb_module!(test_classes_throwaway_ext, m, {
        m.def("captures", || CAPTURES.load(Relaxed));
        let (small, large) = (5, Capture::new());
        nb::class_<Base>(m, "Base", nb::dynamic_attr())
            .def(nb::init(|n: i32| Base(n)))
            .def("plain", |b: &Base| b.0)
            .def("small", move |b: &Base| b.0 + small)
            .def("large", move |b: &Base| b.0 as u64 + large.get())
            .def_prop_ro("n", |b: &Base| b.0)
            .def_prop_ro_static("s", |_cls: nb::object| 1);
        nb::class_<Child, Base>(m, "Child").def(nb::init(|n: i32| Child { base: Base(n) }));
    });
}

/// A container that converts by value is a class by reference in a domain that says so.
mod floats {
    use nb::prelude::*;
    nb_module!(test_classes_floats_ext, m, {
        nb::class_<Vec<f64>>(m, "Floats")
            .def(nb::init<>())
            .def("push", |v: &mut Vec<f64>, x: f64| v.push(x))
            .def("__len__", |v: &Vec<f64>| v.len());
        m.def("total", |v: Vec<f64>| v.iter().sum::<f64>());
        m.def("extend", |v: &mut Vec<f64>, more: Vec<f64>| v.extend(more));
        m.def("boxed", || Box::new(vec![1.0]));
        m.def("list", || vec![1.0]);
    });
}
