//! Of bound containers and iterators.

/// An index beyond the elements.
pub fn index_range(class: &str, index: isize, len: usize) -> String {
    format!("index {index} is out of range: {class} has {len} element{}", if len == 1 { "" } else { "s" })
}

/// `remove(x)` finds nothing.
pub fn not_in_container(class: &str) -> String {
    format!("remove(x): x is not in {class}")
}

/// `pop()` finds nothing.
pub fn pop_from_empty(class: &str) -> String {
    format!("pop from an empty {class}")
}

/// A slice is assigned another number of elements.
pub fn slice_size(slice: usize, given: usize) -> String {
    format!(
        "the slice has {slice} element{}, and {given} {} assigned: a slice of a bound container keeps its size",
        if slice == 1 { "" } else { "s" },
        if given == 1 { "is" } else { "are" }
    )
}

/// The container was changed by what the sort has called.
pub fn changed_while_sorted(class: &str) -> String {
    format!("{class} was modified while it was being sorted")
}

/// A map has more or fewer items than when the iteration began.
pub fn changed_while_iterated(class: &str) -> String {
    format!("{class} changed size during iteration")
}

/// A key that an iteration has come to is not in the map any more.
pub fn key_gone_while_iterated(class: &str) -> String {
    format!("{class} lost a key during iteration")
}

/// The class that is to have the type of an iterator is not bound.
pub fn iterator_without_scope(name: &str) -> String {
    format!("the iterator type '{name}' has no scope: the class that was named is not bound")
}

/// A borrowing iterator is converted where no function is asked what it borrows from.
pub const ITERATOR_OUTSIDE: &str = "an iterator that may borrow can be the result of a bound function only: return it under `rv_policy::reference_internal`";

/// An iterator is returned by a function that may change what it goes through.
pub fn iterator_beside_change(function: &str, class: &str) -> String {
    format!(
        "{function}(): an iterator cannot be returned by a function that takes an object of class {class} to modify it: take it as `&`, or return a list"
    )
}

/// A boxed iterator that only its own thread may use is returned.
pub const ITERATOR_NOT_SEND: &str =
    "nb: Python uses and drops an iterator on any thread: return it as `Box<dyn Iterator<Item = T> + Send>`";

/// An element of an iterator has no conversion after all: its class is not bound in this interpreter.
pub const ELEMENT_NOT_CONVERTED: &str = "an element of the iterator cannot be converted: its class is not bound here";

/// A view is used after the collector has taken it apart.
pub const VIEW_CLEARED: &str = "the view has lost its map: both are garbage";

/// An iterator is asked for the next element by what it runs to make one.
pub const ITERATOR_BUSY: &str = "the iterator is already asked for its next element";
