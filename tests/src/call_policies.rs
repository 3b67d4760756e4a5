//! Call policies: hooks that see, and change, the Python objects of a call.

use nb::prelude::*;
use std::cell::RefCell;

thread_local! {
    /// What happened, in order.
    static EVENTS: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

fn log(event: impl Into<String>) {
    EVENTS.with(|events| events.borrow_mut().push(event.into()));
}

fn shown(values: &[nb::object]) -> String {
    let texts: Vec<String> = values.iter().map(|value| value.to_string()).collect();
    texts.join(", ")
}

/// Logs both hooks.
pub struct Log<const N: u8>;

impl<const N: u8> nb::CallPolicy for Log<N> {
    fn precall(args: &mut [nb::object], _cleanup: &mut nb::cleanup_list) -> nb::Result<()> {
        log(format!("pre{N}({})", shown(args)));
        Ok(())
    }
    fn postcall(args: &[nb::object], result: &mut Option<nb::object>) -> nb::Result<()> {
        let result = result.as_ref().map_or("none".to_string(), |result| result.to_string());
        log(format!("post{N}({}) -> {result}", shown(args)));
        Ok(())
    }
}

/// Logs when the function's guard begins and ends.
pub struct Guard;

impl nb::CallGuard for Guard {
    fn enter() -> Guard {
        log("enter");
        Guard
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        log("leave");
    }
}

/// Replaces a text by its length.
pub struct Measure;

impl nb::CallPolicy for Measure {
    const MIN_ARGS: usize = 1;
    fn precall(args: &mut [nb::object], _cleanup: &mut nb::cleanup_list) -> nb::Result<()> {
        let last = args.len() - 1;
        if nb::isinstance::<nb::str_>(&args[last]) {
            args[last] = nb::cast(nb::len(&args[last])?)?;
        }
        Ok(())
    }
}

/// Gives what a fresh object of the class in the last argument becomes in its place.
pub struct Fresh;

impl nb::CallPolicy for Fresh {
    const MIN_ARGS: usize = 1;
    fn precall(args: &mut [nb::object], _cleanup: &mut nb::cleanup_list) -> nb::Result<()> {
        args[0] = args[0].call(())?;
        Ok(())
    }
}

/// Raises in the hook that the value says: "before", "after", "decline", "decline after", "panic".
pub struct Choosy;

impl nb::CallPolicy for Choosy {
    const MIN_ARGS: usize = 1;
    fn precall(args: &mut [nb::object], _cleanup: &mut nb::cleanup_list) -> nb::Result<()> {
        match args[0].to_string().as_str() {
            "before" => Err(nb::value_error("before the call")),
            "decline" => Err(nb::next_overload()),
            "panic" => panic!("in the hook"),
            _ => Ok(()),
        }
    }
    fn postcall(args: &[nb::object], _result: &mut Option<nb::object>) -> nb::Result<()> {
        match args[0].to_string().as_str() {
            "after" => Err(nb::value_error("after the call")),
            "decline after" => Err(nb::next_overload()),
            _ => Ok(()),
        }
    }
}

/// Returns a list of the arguments and the result.
pub struct Wrap;

impl nb::CallPolicy for Wrap {
    fn postcall(args: &[nb::object], result: &mut Option<nb::object>) -> nb::Result<()> {
        let list = nb::list::new();
        for value in args {
            list.append(value)?;
        }
        list.append(result.take())?;
        *result = Some(list.into());
        Ok(())
    }
}

/// Leaves no result.
pub struct Swallow;

impl nb::CallPolicy for Swallow {
    fn postcall(_args: &[nb::object], result: &mut Option<nb::object>) -> nb::Result<()> {
        *result = None;
        Ok(())
    }
}

/// Keeps what calling the last argument makes, and declines.
pub struct Keep;

impl nb::CallPolicy for Keep {
    fn precall(args: &mut [nb::object], cleanup: &mut nb::cleanup_list) -> nb::Result<()> {
        assert!(cleanup.self_object().is_some_and(|first| first.is(&args[0])));
        let made = args[args.len() - 1].call(())?;
        cleanup.push(made);
        Ok(())
    }
}

/// A class that integers convert to.
#[derive(Clone)]
pub struct Meters(pub i32);

impl From<i32> for Meters {
    fn from(value: i32) -> Meters {
        Meters(value)
    }
}

/// Never bound.
#[derive(Clone)]
pub struct Hidden;

nb_module!(test_call_policies_ext, m, {
    nb::uses_<Hidden>();
    nb::class_<Meters>(m, "Meters")
        .def(nb::init_implicit<i32>())
        .def_rw("value", &Meters::0)
        .def("plus", |a: &mut Meters, b: i32| { a.0 += b; a.0 }, nb::call_policy<Measure>(), nb::call_policy<Log<1>>())
        .def("touch", |a: &mut Meters, _f: nb::object| a.0, nb::call_policy<Keep>())
        .def("make", |_a: &Meters| -> Meters { Meters(1) }, nb::call_policy<CallBack>())
        .def_prop_ro("double", |a: &Meters| a.0 * 2, nb::call_policy<Wrap>());
    nb::class_<Named>(m, "Named").def(nb::init<i32>(), nb::call_policy<Measure>()).def_ro("size", &Named::size);

    m.def("events", || EVENTS.with(RefCell::take));
    m.def("add", |a: i32, b: i32| { log("body"); a + b }, "a"_a, "b"_a = 5,
        nb::call_policy<Log<1>>(), nb::call_guard<Guard>(), nb::call_policy<Log<2>>());
    m.def("length", |n: i32| n, nb::call_policy<Measure>());
    m.def("length_of_one", |m: &Meters| m.0, nb::call_policy<Log<1>>());
    m.def("fresh", |o: nb::object| o, nb::call_policy<Fresh>());
    m.def("fresh_kept", |o: &Meters| o.0, nb::call_policy<Fresh>());
    m.def("fails", |x: i32| -> Result<i32, String> { Err(format!("failed {x}")) }, nb::call_policy<Log<1>>());
    m.def("panics", |_x: i32| -> i32 { panic!("in the body") }, nb::call_policy<Log<1>>());
    m.def("unconverted", |_x: i32| Hidden, nb::call_policy<Log<1>>());
    m.def("unconverted_wrapped", |_x: i32| Hidden, nb::call_policy<Wrap>());
    m.def("unconverted_raises", |_x: &str| Hidden, nb::call_policy<Choosy>());
    m.def("swallowed", |x: i32| x, nb::call_policy<Swallow>());
    m.def("wrapped", |x: i32, y: Option<i32>| x + y.unwrap_or(0), "x"_a, "y"_a = nb::none(), nb::call_policy<Wrap>());
    m.def("nothing", || 1, nb::call_policy<Wrap>());
    m.def("choosy", |_x: nb::object| "first", nb::call_policy<Choosy>());
    m.def("choosy", |_x: nb::object| "second");
    m.def("kept", |_f: nb::object, _g: nb::object| -> nb::Result<i32> { Err(nb::next_overload()) }, nb::call_policy<Keep>());
    m.def("kept", |_f: nb::object, _g: nb::object| -> nb::Result<i32> { Err(nb::next_overload()) }, nb::call_policy<Keep>());
    m.def("kept", |f: nb::object, _g: nb::object| f.call(()));
    m.def("tied", |a: nb::object, _b: nb::object| a, nb::call_policy<Fresh>(), nb::keep_alive<1, 2>());
});

/// A class whose constructor takes a number.
pub struct Named {
    size: i32,
}

impl Named {
    fn new(size: i32) -> Named {
        Named { size }
    }
}

/// Modifies the receiver from the hook after the call.
pub struct CallBack;

impl nb::CallPolicy for CallBack {
    const MIN_ARGS: usize = 1;
    fn precall(args: &mut [nb::object], _cleanup: &mut nb::cleanup_list) -> nb::Result<()> {
        args[0].attr("value").set(10)
    }
    fn postcall(args: &[nb::object], _result: &mut Option<nb::object>) -> nb::Result<()> {
        args[0].attr("value").set(20)
    }
}
