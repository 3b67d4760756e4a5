//! Values whose methods run Python code in the middle and read themselves afterwards, for test_c_callers.py: C code that
//! calls such a method often has only a borrowed reference, which that Python code takes away.

use crate::adversary::{self, Token};
use nb::prelude::*;
use std::collections::{HashMap, HashSet};
use std::hint::black_box;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

/// So long that it comes from the system's allocator, where Python gets its larger objects: what is freed is used anew.
const LENGTH: usize = 1000;
const FILL: u8 = b'x';

/// What every value is made of: the function to run, and something to recognise.
pub struct Inner {
    hook: nb::stored,
    token: Token,
    page: Vec<u8>,
}

impl Inner {
    fn new(hook: nb::stored) -> Inner {
        Inner { hook, token: Token::new(), page: vec![FILL; LENGTH] }
    }

    /// Reads the value's own memory. The token counts a fault if it is not what it was.
    fn check(&self) {
        self.token.serial();
        if self.page.len() != LENGTH || self.page.iter().any(|&byte| byte != FILL) {
            adversary::fault();
        }
    }

    fn run(&self, name: &str) -> nb::Result<nb::object> {
        let result = self.hook.call((name,));
        self.check();
        result
    }

    /// With any number of arguments.
    fn run_spread(&self, name: &str, arguments: nb::args) -> nb::Result<nb::object> {
        let result = self.hook.attr("spread").call((name, arguments));
        self.check();
        result
    }

    fn run_with(&self, name: &str, argument: nb::object) -> nb::Result<nb::object> {
        let result = self.hook.call((name, argument));
        self.check();
        result
    }

    fn run_two(&self, name: &str, first: nb::object, second: nb::object) -> nb::Result<nb::object> {
        let result = self.hook.call((name, first, second));
        self.check();
        result
    }

    /// Both operands are read afterwards.
    fn run_both(&self, name: &str, other: &Inner) -> nb::Result<nb::object> {
        let result = self.run(name);
        other.check();
        result
    }
}

nb_traverse!(Inner: hook);

impl Drop for Inner {
    fn drop(&mut self) {
        black_box(&mut self.page).fill(0);
    }
}

/// What a closure captures.
type Hook = Inner;

/// Runs the function and answers what it says, unless what was borrowed is not what it was.
fn watch<T: AsRef<[u8]> + ?Sized>(hook: &Hook, name: &str, borrowed: &T) -> nb::Result<nb::object> {
    let before = borrowed.as_ref().to_vec();
    let result = hook.run(name);
    if borrowed.as_ref() != before {
        adversary::fault();
    }
    result
}

/// For functions that capture nothing.
static HOOK: Mutex<Option<nb::stored>> = Mutex::new(None);

fn hook() -> nb::Result<Hook> {
    let hook = HOOK.lock().unwrap().clone();
    hook.map(Hook::new).ok_or_else(|| nb::value_error("there is no hook"))
}

/// The module: classes `$T` with these methods, and owners of which they are a part.
macro_rules! module {
    ($($T:ident $Owner:ident {
        $(unary: $($unary:literal)*;)? $(with: $($with:literal)*;)? $(both: $($both:literal)*;)?
        $(two: $($two:literal)*;)? $(spread: $($spread:literal)*;)?
    })*) => {
        $(
            pub struct $T(Inner);
            nb_traverse!($T: 0);
            pub struct $Owner {
                part: $T,
            }
            nb_traverse!($Owner: part);
        )*

        nb_module!(test_c_callers_ext, m, {
            adversary::bind_counts(m);
            $(
                nb::class_<$T>(m, stringify!($T), nb::dynamic_attr(), nb::is_weak_referenceable())
                    .def(nb::init(|hook: nb::stored| $T(Inner::new(hook))))
                    .def("check", |x: &$T| x.0.check())
                    $($(.def($unary, |x: &$T| x.0.run($unary)))*)?
                    $($(.def($with, |x: &$T, argument: nb::object| x.0.run_with($with, argument)))*)?
                    $($(.def($both, |x: &$T, other: &$T| x.0.run_both($both, &other.0))
                       .def($both, |x: &$T, other: nb::object| x.0.run_with($both, other)))*)?
                    $($(.def($two, |x: &$T, first: nb::object, second: nb::object| x.0.run_two($two, first, second)))*)?
                    $($(.def($spread, |x: &$T, arguments: nb::args| x.0.run_spread($spread, arguments)))*)?;
                nb::class_<$Owner>(m, stringify!($Owner))
                    .def(nb::init(|hook: nb::stored| $Owner { part: $T(Inner::new(hook)) }))
                    .def_ro("part", &$Owner::part);
                m.def(concat!("boxed_", stringify!($T)), |hook: nb::stored| Box::new($T(Inner::new(hook))));
                m.def(concat!("shared_", stringify!($T)), |hook: nb::stored| Arc::new($T(Inner::new(hook))));
            )*
        });
    };
}

module! {
    Empty EmptyOwner {}
    Number NumberOwner {
        unary: "__repr__" "__hash__" "__bool__" "__index__" "__int__" "__float__" "__complex__" "__trunc__" "__floor__"
            "__ceil__" "__neg__" "__pos__" "__abs__" "__invert__" "describe";
        both: "__eq__" "__ne__" "__lt__" "__le__" "__gt__" "__ge__" "__add__" "__radd__" "__sub__" "__rsub__"
            "__mul__" "__rmul__" "__matmul__" "__rmatmul__" "__truediv__" "__rtruediv__" "__floordiv__" "__rfloordiv__"
            "__mod__" "__rmod__" "__divmod__" "__rdivmod__" "__lshift__" "__rlshift__" "__rshift__" "__rrshift__"
            "__and__" "__rand__" "__or__" "__ror__" "__xor__" "__rxor__" "__iadd__" "__isub__" "__imul__"
            "__imatmul__" "__itruediv__" "__ifloordiv__" "__imod__" "__ipow__" "__ilshift__" "__irshift__" "__iand__"
            "__ior__" "__ixor__";
        spread: "__pow__" "__rpow__" "__round__";
    }
    Group GroupOwner {
        unary: "__repr__" "__hash__" "__len__" "__length_hint__" "__iter__" "__reversed__" "keys" "items";
        with: "__getitem__" "__delitem__" "__contains__" "__eq__" "__lt__" "append" "extend";
        both: "__add__" "__iadd__" "__or__";
        two: "__setitem__";
    }
    Text TextOwner {
        unary: "__repr__" "__str__" "__bytes__" "__fspath__" "__len__" "__hash__";
        with: "__format__" "__eq__" "__lt__";
    }
    Stepper StepperOwner {
        unary: "__iter__" "__next__" "__length_hint__" "__repr__" "close";
        with: "send" "throw";
    }
    Callee CalleeOwner {
        unary: "__hash__" "__repr__" "__enter__";
        with: "__eq__" "__lt__";
        spread: "__call__" "__exit__";
    }
    Member MemberOwner {
        with: "__delete__";
        two: "__set__" "__set_name__";
        spread: "__get__";
    }
    Open OpenOwner {
        with: "__getattr__" "__delattr__";
        two: "__setattr__";
    }
    Copied CopiedOwner {
        unary: "__reduce__" "__copy__" "__getstate__" "__sizeof__" "__dir__" "__getnewargs__";
        with: "__deepcopy__" "__setstate__" "__instancecheck__" "__subclasscheck__" "__mro_entries__" "__conform__";
        spread: "__missing__";
    }
    Stream StreamOwner {
        unary: "close" "flush" "__iter__" "__next__" "readable" "writable" "seekable" "isatty" "fileno" "step" "tell"
            "finalize" "value" "reset";
        spread: "write" "writelines" "read" "readline" "readinto" "seek" "encode" "decode" "inverse" "start" "end" "data"
            "comment" "pi" "persistent_id" "persistent_load" "find_class" "get" "filter" "acquire" "release" "append"
            "encodeall";
    }
}

// Closures with captures, which are objects of the library, and functions without, which are builtins.
nb_bind!(in crate::c_callers; |m| {
    // Any number of arguments.
    m.def("handler", |hook: nb::stored| -> nb::Result<nb::object> {
        let hook = Hook::new(hook);
        nb::cpp_function(move |arguments: nb::args| hook.run_spread("handler", arguments))
    });
    m.def("handler0", |hook: nb::stored| -> nb::Result<nb::object> {
        let hook = Hook::new(hook);
        nb::cpp_function(move || hook.run("handler"))
    });
    m.def("handler1", |hook: nb::stored| -> nb::Result<nb::object> {
        let hook = Hook::new(hook);
        nb::cpp_function(move |a: nb::object| hook.run_with("handler", a))
    });
    m.def("handler2", |hook: nb::stored| -> nb::Result<nb::object> {
        let hook = Hook::new(hook);
        nb::cpp_function(move |a: nb::object, b: nb::object| hook.run_two("handler", a, b))
    });
    // What is borrowed from the arguments is read again after the hook.
    m.def("text_handler", |hook: nb::stored| -> nb::Result<nb::object> {
        let hook = Hook::new(hook);
        nb::cpp_function(move |text: &str| watch(&hook, "handler", text))
    });
    m.def("bytes_handler", |hook: nb::stored| -> nb::Result<nb::object> {
        let hook = Hook::new(hook);
        nb::cpp_function(move |bytes: &[u8]| watch(&hook, "handler", bytes))
    });
    m.def("number_handler", |hook: nb::stored| -> nb::Result<nb::object> {
        let hook = Hook::new(hook);
        nb::cpp_function(move |number: &Number| hook.run_both("handler", &number.0))
    });
    m.def("numbers_handler", |hook: nb::stored| -> nb::Result<nb::object> {
        let hook = Hook::new(hook);
        nb::cpp_function(move |numbers: Vec<&Number>| {
            let result = hook.run("handler");
            numbers.iter().for_each(|number| number.0.check());
            result
        })
    });
    m.def("pair_handler", |hook: nb::stored| -> nb::Result<nb::object> {
        let hook = Hook::new(hook);
        nb::cpp_function(move |(number, _): (&Number, i32)| hook.run_both("handler", &number.0))
    });

    m.def("set_hook", |hook: Option<nb::stored>| {
        let before = std::mem::replace(&mut *HOOK.lock().unwrap(), hook);
        drop(before);
    }, "hook"_a.none());
    // Results of several items, each of which takes Python code to make.
    m.def("paths", || (0..5).map(|index| PathBuf::from(format!("/{index}"))).collect::<Vec<_>>());
    m.def("path_pair", || (PathBuf::from("/a"), PathBuf::from("/b")));
    m.def("path_set", || (0..5).map(|index| PathBuf::from(format!("/{index}"))).collect::<HashSet<_>>());
    m.def("path_map", || (0..5).map(|index| (index, PathBuf::from(format!("/{index}")))).collect::<HashMap<i32, _>>());
    m.def("call_with_paths", |function: nb::object| -> nb::Result<nb::object> {
        function.call((PathBuf::from("/a"), PathBuf::from("/b")))
    });
    m.def("describe", |number: &Number| number.0.run("describe"));
    m.def("describe_all", |numbers: Vec<&Number>| -> nb::Result<Vec<nb::object>> {
        let results = numbers.iter().map(|number| number.0.run("describe")).collect();
        numbers.iter().for_each(|number| number.0.check());
        results
    });
    m.def("describe_pair", |(number, _): (&Number, i32)| number.0.run("describe"));
    m.def("describe_text", |text: &str| watch(&hook()?, "describe", text));
    m.def("describe_bytes", |bytes: &[u8]| watch(&hook()?, "describe", bytes));
});
