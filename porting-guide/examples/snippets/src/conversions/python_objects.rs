use nb::prelude::*;

fn count_words(text: &str) -> nb::Result<nb::dict> {
    let counts = nb::dict::new();
    for word in text.split_whitespace() {
        let n = counts.get_or(word, 0)?.cast::<i64>()?;
        counts.set(word, n + 1)?;
    }
    Ok(counts)
}

// The caller's own list changes: it is used, not converted.
fn append_squares(out: nb::list, n: i64) -> nb::Result<()> {
    for i in 0..n {
        out.append(i * i)?;
    }
    Ok(())
}

fn call_twice(f: nb::object, x: nb::object) -> nb::Result<nb::object> {
    f.call((f.call((x,))?,))
}

nb_module!(python_objects, m, {
    m.def("count_words", &count_words);
    m.def("append_squares", &append_squares);
    m.def("call_twice", &call_twice);
});
