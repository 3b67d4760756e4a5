use nb::prelude::*;

/// Takes a file name for an open file, and closes the file after the call.
struct Open;

impl nb::CallPolicy for Open {
    const MIN_ARGS: usize = 1;

    fn precall(args: &mut [nb::object], cleanup: &mut nb::cleanup_list) -> nb::Result<()> {
        let open = nb::module_::<()>::import_("io")?.attr("open").get()?;
        args[0] = open.call((&args[0],))?;
        cleanup.push(open);
        Ok(())
    }

    fn postcall(args: &[nb::object], _result: &mut Option<nb::object>) -> nb::Result<()> {
        args[0].attr("close").call(()).map(|_| ())
    }
}

fn first_line(file: nb::object) -> nb::Result<nb::object> {
    file.attr("readline").call(())
}

nb_module!(files, m, {
    m.def("first_line", &first_line, nb::call_policy<Open>());
});
