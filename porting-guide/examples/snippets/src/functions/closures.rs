use nb::prelude::*;

struct Shelf {
    label: String,
    books: Vec<Book>,
}

impl Shelf {
    fn new(label: &str, title: &str) -> Shelf {
        Shelf { label: label.into(), books: vec![Book { title: title.into() }] }
    }
}

struct Book {
    title: String,
}

nb_module!(shelves, m, {
    nb::class_<Book>(m, "Book")
        .def_prop_ro("title", |b: &Book| &b.title);
    nb::class_<Shelf>(m, "Shelf")
        .def(nb::init<&str, &str>())
        .def("label", |s: &Shelf| &s.label)
        .def("first", |s: &mut Shelf| &mut s.books[0], nb::rv_policy::reference_internal)
        .def("__getitem__", |s: &Shelf, i: usize| -> nb::Result<&Book> {
            s.books.get(i).ok_or_else(|| nb::index_error("no such book"))
        }, nb::rv_policy::reference_internal)
        .def("find", |s: &Shelf, title: &str| -> Option<&Book> {
            s.books.iter().find(|book| book.title == title)
        }, nb::rv_policy::reference_internal);
});
