//! Python code in texts.

use nb::prelude::*;

fn plus_ten() -> nb::Result<i32> {
    let main = nb::module_::<()>::import_("__main__")?;
    nb::eval("a + 10", main.attr("__dict__"))?.cast()
}

fn without_a_frame() -> (String, String, i32) {
    let default = nb::eval("1 + 1", ()).unwrap_err();
    let exec = nb::exec("x = 1", ()).unwrap_err();
    let own = nb::eval_as(nb::eval_expr, "len([1, 2]) + 1", nb::dict::new());
    (default.to_string(), exec.to_string(), own.and_then(|own| own.cast()).unwrap())
}

nb_module!(test_evaluate_ext, m, {
    m.def("plus_ten", &plus_ten);
    m.def("eval", |text: &str| nb::eval(text));
    m.def("eval_globals", |text: &str, globals: nb::object| nb::eval(text, &globals));
    m.def("eval_both", |text: &str, globals: nb::object, locals: nb::object| nb::eval(text, globals, locals));
    m.def("exec", |text: &str| nb::exec(text));
    m.def("exec_globals", |text: &str, globals: nb::dict| nb::exec(text, &globals));
    m.def("exec_both", |text: &str, globals: nb::dict, locals: nb::object| nb::exec(text, &globals, &locals));
    m.def("expression", |text: &str, globals: nb::dict| nb::eval<nb::eval_expr>(text, &globals));
    m.def("single", |text: &str, globals: nb::dict| nb::eval<nb::eval_single_statement>(text, globals));
    m.def("statements", |text: &str| nb::eval<nb::eval_statements>(text));
    m.def("literal", || {
        let scope = nb::dict();
        nb::exec("
            x = 1
            if x:
                y = '''a
              b'''
        ", &scope);
        scope
    });
    m.def("without_a_frame", || {
        nb::gil_scoped_release::run(|| std::thread::spawn(|| nb::gil_scoped_acquire::run(without_a_frame)).join().unwrap())
    });
});
