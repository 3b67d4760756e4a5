//! Just enough of Python's lexical grammar to find decorators in test files: logical lines of
//! words, strings and signs, without comments.

/// A piece of a logical line.
#[derive(Debug, PartialEq)]
pub enum Token {
    Word(String),
    /// The text between the quotes, escapes as written.
    Str(String),
    Sign(char),
}

/// A statement's line, which brackets and backslashes may stretch over several lines of the file.
#[derive(Debug, Default, PartialEq)]
pub struct Line {
    /// Where it starts in the file, from 1.
    pub number: usize,
    pub indent: usize,
    pub tokens: Vec<Token>,
}

/// Splits a source file into its logical lines.
pub fn lines(source: &str) -> Vec<Line> {
    let mut lexer = Lexer { rest: source, number: 1, line: Line::default(), lines: Vec::new() };
    lexer.run();
    lexer.lines
}

struct Lexer<'a> {
    rest: &'a str,
    number: usize,
    line: Line,
    lines: Vec<Line>,
}

impl Lexer<'_> {
    fn run(&mut self) {
        let mut depth = 0_usize;
        let mut indent = 0;
        while let Some(c) = self.rest.chars().next() {
            match c {
                '\n' => {
                    self.skip(1);
                    if depth == 0 {
                        self.end_line();
                        indent = 0;
                    }
                }
                '\\' if self.rest.starts_with("\\\n") => self.skip(2),
                ' ' | '\t' => {
                    indent += usize::from(self.line.tokens.is_empty());
                    self.skip(1);
                }
                '#' => self.skip(self.rest.find('\n').unwrap_or(self.rest.len())),
                '"' | '\'' => {
                    let text = self.string();
                    self.push(Token::Str(text), indent);
                }
                c if c.is_alphanumeric() || c == '_' => {
                    let end = self.rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(self.rest.len());
                    // The letters before a string, as in r"..", belong to it.
                    let is_prefix = end <= 2 && self.rest[end..].starts_with(['"', '\'']);
                    if !is_prefix {
                        let word = self.rest[..end].to_string();
                        self.push(Token::Word(word), indent);
                    }
                    self.skip(end);
                }
                sign => {
                    match sign {
                        '(' | '[' | '{' => depth += 1,
                        ')' | ']' | '}' => depth = depth.saturating_sub(1),
                        _ => {}
                    }
                    if !sign.is_whitespace() {
                        self.push(Token::Sign(sign), indent);
                    }
                    self.skip(sign.len_utf8());
                }
            }
        }
        self.end_line();
    }

    fn push(&mut self, token: Token, indent: usize) {
        if self.line.tokens.is_empty() {
            self.line.indent = indent;
            // A string may have moved on by some lines; it starts where those began.
            let inside = match &token {
                Token::Str(text) => text.matches('\n').count(),
                _ => 0,
            };
            self.line.number = self.number - inside;
        }
        self.line.tokens.push(token);
    }

    fn end_line(&mut self) {
        let line = std::mem::take(&mut self.line);
        if !line.tokens.is_empty() {
            self.lines.push(line);
        }
    }

    fn skip(&mut self, bytes: usize) {
        let (gone, rest) = self.rest.split_at(bytes);
        self.number += gone.matches('\n').count();
        self.rest = rest;
    }

    /// Takes a string off the front: single or triple quotes, a backslash guards what follows it.
    fn string(&mut self) -> String {
        let quote = &self.rest[..1];
        let triple = quote.repeat(3);
        let quote = match self.rest.starts_with(&triple) {
            true => triple.as_str(),
            false => quote,
        };
        let start = quote.len();
        let mut end = start;
        while end < self.rest.len() && !self.rest[end..].starts_with(quote) {
            let step = |text: &str| text.chars().next().map_or(0, char::len_utf8);
            if self.rest[end..].starts_with('\\') {
                end += 1;
            }
            end += step(&self.rest[end..]);
        }
        let text = self.rest[start..end].to_string();
        let after = (end + quote.len()).min(self.rest.len());
        self.skip(after);
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(text: &str) -> Token {
        Token::Word(text.into())
    }

    fn text(text: &str) -> Token {
        Token::Str(text.into())
    }

    #[test]
    fn brackets_and_backslashes_join_lines() {
        let source = "x = f(  # comment (\n    'a', \"b\",\n)\n\n    y = 1 \\\n  + z\n";
        let lines = lines(source);
        assert_eq!(lines.len(), 2);
        assert_eq!(lines[0].number, 1);
        assert!(lines[0].tokens.contains(&text("b")));
        assert_eq!((lines[1].number, lines[1].indent), (5, 4));
        assert_eq!(lines[1].tokens.len(), 5);
    }

    #[test]
    fn strings_of_all_kinds() {
        let source = "\"\"\"doc with 'quotes', # and\nmark.row(\n\"\"\"\nr'a\\'b' f\"{x}\" ''";
        let lines = lines(source);
        assert_eq!(lines[0].tokens, [text("doc with 'quotes', # and\nmark.row(\n")]);
        assert_eq!(lines[0].number, 1);
        assert_eq!(lines[1].tokens, [text("a\\'b"), text("{x}"), text("")]);
        assert_eq!(lines[1].number, 4);
    }

    #[test]
    fn words_and_signs() {
        assert_eq!(
            lines("@pytest.mark\n")[0].tokens,
            [Token::Sign('@'), word("pytest"), Token::Sign('.'), word("mark")]
        );
    }

    #[test]
    fn an_unfinished_string_ends_with_the_file() {
        assert_eq!(lines("x = 'abc\\")[0].tokens.len(), 3);
    }
}
