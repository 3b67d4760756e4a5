//! Elements that are read and written in place, numbers that are not asked of Python, calls with keywords on the stack.

use nb::prelude::*;

/// Calls `f` with each.
fn visit(values: impl Iterator<Item = nb::object>, f: &nb::object) -> nb::Result<usize> {
    let mut count = 0;
    for value in values {
        f.call((&value,))?;
        count += 1;
    }
    Ok(count)
}

/// Each element as an `i64`, or the error.
fn cast_each(values: &nb::list) -> Vec<Result<i64, String>> {
    values.iter().map(|value| value.cast::<i64>().map_err(|error| error.to_string())).collect()
}

nb_module!(test_walks_ext, m, {
    m.def("walk_list", |l: nb::list, f: nb::object| visit(l.iter(), &f));
    m.def("walk_tuple", |t: nb::tuple, f: nb::object| visit(t.iter(), &f));
    m.def("rest_of_tuple", |t: nb::tuple| {
        let mut rest = t.iter();
        rest.next();
        (rest.len(), rest.count())
    });
    m.def("walk_dict", |d: nb::dict, f: nb::object| -> nb::Result<usize> {
        let mut count = 0;
        for (key, value) in &d {
            f.call((key, value))?;
            count += 1;
        }
        Ok(count)
    });
    m.def("append", |l: nb::list, value: nb::object| l.append(value));
    m.def("append_many", |l: nb::list, count: usize| -> nb::Result<()> { (0..count).try_for_each(|n| l.append(n)) });

    // Numbers.
    m.def("signed", |n: i64| n);
    m.def("small", |n: i8| (n, i16::from(n), i32::from(n), i64::from(n), n as isize, i128::from(n)));
    m.def("unsigned", |n: u64| (n, n as u8, n as u16, n as u32, n as usize, u128::from(n)));
    m.def("casts", |l: nb::list| -> Vec<String> {
        cast_each(&l).into_iter().map(|found| found.map_or_else(|error| error, |n| n.to_string())).collect()
    });
    m.def("cast_truth", |l: nb::list| -> nb::Result<Vec<bool>> { l.iter().map(|value| value.cast()).collect() });
    m.def("cast_small", |o: nb::object| o.try_cast::<i8>());

    // Keywords.
    m.def("named", |f: nb::object, o: nb::object| {
        f.call((nb::kw(nb::name!("a"), 1), &o, nb::kw(nb::name!("b"), &o), "three"))
    });
    m.def("named_method", |o: nb::object, value: nb::object| {
        o.attr(nb::name!("method")).call((1, nb::kw(nb::name!("key"), &value)))
    });
    m.def("named_twice", |f: nb::object, o: nb::object| {
        f.call((&o, nb::kw(nb::name!("a"), &o), nb::kw(nb::name!("b"), &o), nb::kw(nb::name!("a"), &o)))
    });
    m.def("all_named", |f: nb::object| {
        f.call((
            nb::kw(nb::name!("a"), 1),
            nb::kw(nb::name!("b"), 2),
            nb::kw(nb::name!("c"), 3),
            nb::kw(nb::name!("d"), 4),
            nb::kw(nb::name!("e"), 5),
            nb::kw(nb::name!("f"), 6),
            nb::kw(nb::name!("g"), 7),
            nb::kw(nb::name!("h"), 8),
            nb::kw(nb::name!("i"), 9),
            nb::kw(nb::name!("j"), 10),
            nb::kw(nb::name!("k"), 11),
            nb::kw(nb::name!("l"), 12),
        ))
    });

    // Attributes.
    m.def("read", |o: nb::object| o.attr(nb::name!("x")).get());
    m.def("read_number", |o: nb::object| o.attr(nb::name!("x")).cast::<i32>());
    m.def("read_inner", |o: nb::object| o.attr(nb::name!("inner")).attr(nb::name!("x")).cast::<i32>());
    m.def("write", |o: nb::object, value: nb::object| o.attr(nb::name!("x")).set(value));
    m.def("write_inner", |o: nb::object, value: i32| o.attr(nb::name!("inner")).attr(nb::name!("x")).set(value));
});
