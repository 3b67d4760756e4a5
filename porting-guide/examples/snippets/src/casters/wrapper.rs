use nb::prelude::*;

nb_object! {
    /// A `decimal.Decimal`.
    pub struct decimal, "decimal.Decimal",
    |o| nb::isinstance_of(o, &nb::module_::<()>::import_("decimal")?.attr("Decimal").get()?)
}

impl decimal {
    fn digits(&self) -> nb::Result<Vec<u8>> {
        self.attr("as_tuple").call(())?.attr("digits").cast()
    }
}

nb_module!(wrapper, m, {
    m.def("digits", |number: decimal| number.digits()); // digits(arg: decimal.Decimal, /) -> list[int]
});
