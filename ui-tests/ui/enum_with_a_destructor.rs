use nb::prelude::*;

pub enum Token {
    Only,
}

impl Drop for Token {
    fn drop(&mut self) {}
}

nb_module!(my_ext, m, {
    nb::enum_<Token>(m, "Token").value("Only", Token::Only);
});

fn main() {}
