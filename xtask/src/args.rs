//! Command-line arguments: flags, options with a value, positionals, and what stands behind `--`.

use crate::Result;

/// The arguments of one command, each handed out once; [`Args::finish`] refuses what is left.
pub struct Args {
    left: Vec<String>,
    passed_on: Vec<String>,
}

impl Args {
    /// Splits off everything behind the first `--`.
    pub fn new(arguments: &[String]) -> Self {
        let split = arguments.iter().position(|a| a == "--");
        let (left, passed_on) = match split {
            Some(at) => (&arguments[..at], &arguments[at + 1..]),
            None => (arguments, &arguments[..0]),
        };
        Self { left: left.to_vec(), passed_on: passed_on.to_vec() }
    }

    /// Whether the flag `name` was given.
    pub fn flag(&mut self, name: &str) -> bool {
        let before = self.left.len();
        self.left.retain(|a| a != name);
        self.left.len() != before
    }

    /// The value of `name VALUE` or `name=VALUE`.
    pub fn option(&mut self, name: &str) -> Result<Option<String>> {
        let with_equals = format!("{name}=");
        let Some(at) = self.left.iter().position(|a| a == name || a.starts_with(&with_equals)) else {
            return Ok(None);
        };
        let argument = self.left.remove(at);
        if let Some(value) = argument.strip_prefix(&with_equals) {
            return Ok(Some(value.to_string()));
        }
        if at == self.left.len() {
            return Err(format!("{name} needs a value"));
        }
        Ok(Some(self.left.remove(at)))
    }

    /// The next positional argument. Ask for flags and options first.
    pub fn positional(&mut self) -> Option<String> {
        let at = self.left.iter().position(|a| !a.starts_with('-'))?;
        Some(self.left.remove(at))
    }

    /// What stood behind `--`, provided nothing before it was left unasked for.
    pub fn finish(self) -> Result<Vec<String>> {
        match self.left.first() {
            None => Ok(self.passed_on),
            Some(extra) => Err(format!("unexpected argument `{extra}`; `cargo xtask help` lists what there is")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn args(line: &str) -> Args {
        Args::new(&line.split_whitespace().map(String::from).collect::<Vec<_>>())
    }

    #[test]
    fn options_flags_and_the_rest() {
        let mut a = args("dir --json --group fn -k=x -- -v --json");
        assert!(a.flag("--json"));
        assert!(!a.flag("--json"));
        assert_eq!(a.option("--group").unwrap().as_deref(), Some("fn"));
        assert_eq!(a.option("-k").unwrap().as_deref(), Some("x"));
        assert_eq!(a.option("--python").unwrap(), None);
        assert_eq!(a.positional().as_deref(), Some("dir"));
        assert_eq!(a.finish().unwrap(), ["-v", "--json"]);
    }

    #[test]
    fn refuses_what_nobody_asked_for() {
        assert!(args("--qiuck").finish().unwrap_err().contains("--qiuck"));
        assert!(args("--python").option("--python").is_err());
    }
}
