//! Errors of Rust with causes, and those of other crates that are wrapped around others.

use nb::prelude::*;
use std::error::Error as StdError;
use std::fmt;

/// An error with what has caused it.
#[derive(Debug)]
struct Layer {
    text: &'static str,
    inside: Option<Box<dyn StdError + Send + Sync>>,
}

impl fmt::Display for Layer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text)
    }
}

impl StdError for Layer {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.inside.as_deref().map(|inside| inside as &(dyn StdError + 'static))
    }
}

/// One that has a class of the module's.
#[derive(Debug)]
struct Own;

impl fmt::Display for Own {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("my own")
    }
}

impl StdError for Own {}

/// One whose causes have no end.
#[derive(Debug)]
struct Endless;

impl fmt::Display for Endless {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("again")
    }
}

impl StdError for Endless {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        Some(&Endless)
    }
}

fn missing() -> std::io::Error {
    std::fs::read("/no/such/file").expect_err("there is no such file")
}

fn layered(text: &'static str, inside: impl Into<Box<dyn StdError + Send + Sync>>) -> Layer {
    Layer { text, inside: Some(inside.into()) }
}

fn asked() -> nb::Result<()> {
    Err(layered("outer", layered("inner", missing())))?;
    Ok(())
}

nb_module!(test_error_causes_ext, m, {
    nb::exception<Own>(m, "Own");
    m.def("asked", &asked);
    m.def("boxed", || -> Result<(), Box<dyn StdError>> { Err(Box::new(layered("outer", layered("inner", missing())))) });
    m.def("own", || -> Result<(), Box<dyn StdError>> { Err(Box::new(layered("outer", Own))) });
    m.def("endless", || -> Result<(), Box<dyn StdError>> { Err(Box::new(Endless)) });
    m.def("none", || -> Result<(), Box<dyn StdError>> { Err(Box::new(Layer { text: "alone", inside: None })) });
    m.def("anyhow", |depth: u32| -> anyhow::Result<()> {
        let mut result: anyhow::Result<()> = Err(missing().into());
        for step in 0..depth {
            result = anyhow::Context::with_context(result, || format!("step {step}"));
        }
        result
    });
    m.def("anyhow_own", || -> anyhow::Result<()> { Err(anyhow::Error::new(Own).context("while it was tried")) });
    m.def("anyhow_text", || -> anyhow::Result<()> { anyhow::bail!("only a text") });
    m.def("anyhow_ok", |x: i32| -> anyhow::Result<i32> { Ok(x) });
    m.def("eyre", || -> eyre::Result<()> {
        eyre::WrapErr::wrap_err("x".parse::<i32>().map(drop), "no number")
    });
    m.def("eyre_text", || -> eyre::Result<()> { eyre::bail!("only a text") });
});
