//! What the commands have in common when they read their arguments; the reading itself is done by `lexopt`.

use lexopt::{Error, Parser};

use crate::Result;

/// The options of a command that takes nothing else.
pub fn read<T>(arguments: &[String], parse: fn(&mut Parser) -> Result<T, Error>) -> Result<T> {
    parse(&mut Parser::from_args(arguments)).map_err(|error| format!("{error}; `cargo xtask help` lists what there is"))
}

/// The options of a command, and what stands behind the first `--`, for the program that the command starts.
pub fn read_and_rest<T>(arguments: &[String], parse: fn(&mut Parser) -> Result<T, Error>) -> Result<(T, Vec<String>)> {
    let mut parts = arguments.splitn(2, |argument| argument == "--");
    let own = parts.next().unwrap_or_default();
    let rest = parts.next().unwrap_or_default();
    Ok((read(own, parse)?, rest.to_vec()))
}

#[cfg(test)]
mod tests {
    use lexopt::prelude::*;

    use super::*;

    fn parse(args: &mut Parser) -> Result<(bool, Option<String>), Error> {
        let mut found = (false, None);
        while let Some(arg) = args.next()? {
            match arg {
                Long("quick") => found.0 = true,
                Short('k') => found.1 = Some(args.value()?.string()?),
                other => return Err(other.unexpected()),
            }
        }
        Ok(found)
    }

    fn words(line: &str) -> Vec<String> {
        line.split_whitespace().map(String::from).collect()
    }

    #[test]
    fn what_stands_behind_two_hyphens_is_passed_on() {
        let (own, rest) = read_and_rest(&words("--quick -k x -- -v -- --quick"), parse).unwrap();
        assert_eq!(own, (true, Some("x".to_string())));
        assert_eq!(rest, ["-v", "--", "--quick"]);
        assert_eq!(read_and_rest(&words("--quick"), parse).unwrap().1, Vec::<String>::new());
    }

    #[test]
    fn refuses_what_nobody_asked_for() {
        for line in ["--qiuck", "stray", "-k", "-- -v"] {
            let error = read(&words(line), parse).unwrap_err();
            assert!(error.contains("cargo xtask help"), "{error}");
        }
        assert!(read(&words("--qiuck"), parse).unwrap_err().contains("--qiuck"));
    }
}
