//! A sort for lists that are short or mostly in order.

/// Sorts by insertion. The sort of the standard library is 5 kB of code for each type.
pub(crate) fn sort_few<T: Ord>(all: &mut [T]) {
    for end in 1..all.len() {
        let place = all[..end].partition_point(|other| *other <= all[end]);
        all[place..=end].rotate_right(1);
    }
}

#[cfg(test)]
mod tests {
    use super::sort_few;

    #[test]
    fn sorts() {
        let mut all = ["b", "a", "c", "a", ""];
        sort_few(&mut all);
        assert_eq!(all, ["", "a", "a", "b", "c"]);
        sort_few::<u8>(&mut []);
    }
}
