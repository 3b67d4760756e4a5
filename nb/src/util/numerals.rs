//! Numbers in texts that are written often.

/// Puts a number at the end of a text. Those of one digit, which most are, without the machinery of `format!`.
pub(crate) fn push_number(text: &mut String, number: usize) {
    match u8::try_from(number) {
        Ok(digit @ 0..=9) => text.push(char::from(b'0' + digit)),
        _ => text.push_str(&number.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::push_number;

    #[test]
    fn numbers_of_one_digit_and_of_more() {
        let mut text = String::new();
        [0, 9, 10, 256, 265, usize::MAX].into_iter().for_each(|number| {
            push_number(&mut text, number);
            text.push(' ');
        });
        assert_eq!(text, format!("0 9 10 256 265 {} ", usize::MAX));
    }
}
