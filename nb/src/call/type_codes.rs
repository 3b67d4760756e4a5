//! [`Types`]: the types of a function's parameters and result, for signatures.

use crate::call::signature::SigText;

/// Writes the type of the parameter with this number, or of the result for [`RESULT`].
#[doc(hidden)]
pub type Describe = fn(usize, &mut SigText<'_>);

/// Writes one type.
#[doc(hidden)]
pub type DescribeOne = fn(&mut SigText<'_>);

/// Stands for the result in the place of a parameter's number; parameters are fewer.
#[doc(hidden)]
pub const RESULT: usize = 15;

/// The place of the number of parameters.
const COUNT: usize = 14;
/// More parameters than this cannot be described.
pub(crate) const MOST: usize = COUNT - 1;

/// The place of the two flags below.
const FLAGS: usize = COUNT - 1;
/// The function behind `describe` is a [`DescribeOne`].
const ONE: u64 = 1 << (4 * FLAGS);
/// The first parameter is an instance to be filled.
const FILLS: u64 = 2 << (4 * FLAGS);

pub(crate) const INT: u8 = 1;
pub(crate) const FLOAT: u8 = 2;
pub(crate) const BOOL: u8 = 3;
pub(crate) const STR: u8 = 4;
pub(crate) const NONE: u8 = 5;

/// The words that have a code, from 1 on.
const WORDS: [&str; 5] = ["int", "float", "bool", "str", "None"];

/// What pybind11 shows for a number that may be converted from something else.
pub(crate) const INT_PROTOCOLS: &str = "typing.SupportsInt | typing.SupportsIndex";
/// That.
pub(crate) const FLOAT_PROTOCOLS: &str = "typing.SupportsFloat | typing.SupportsIndex";

/// What the parameters and the result of one function are called in Python.
///
/// The usual types are codes, because a table with a function for each type would be a fifth of a small function's size.
#[doc(hidden)]
#[derive(Clone, Copy)]
pub struct Types {
    /// Four bits each: a code, or 0 for a type that `describe` knows.
    codes: u64,
    /// A [`Describe`], or a [`DescribeOne`] for the only type that has no code: that of a class is the same for all methods which take
    /// nothing else that has none.
    describe: Option<unsafe fn()>,
}

impl Types {
    /// Of a function whose parameters have these codes.
    pub const fn new(params: &[u8], result: u8, describe: Describe) -> Types {
        assert!(params.len() < COUNT);
        let mut codes = (result as u64) << (4 * RESULT) | (params.len() as u64) << (4 * COUNT);
        let mut all = result != 0;
        let mut index = 0;
        while index < params.len() {
            codes |= (params[index] as u64) << (4 * index);
            all &= params[index] != 0;
            index += 1;
        }
        // SAFETY: a function pointer, to be used as what it is by `write`.
        let describe = unsafe { std::mem::transmute::<Describe, unsafe fn()>(describe) };
        Types { codes, describe: if all { None } else { Some(describe) } }
    }

    /// The same; `each` has a function for each parameter, and then one for the result.
    pub(crate) const fn of(params: &[u8], result: u8, each: &[DescribeOne], describe: Describe) -> Types {
        assert!(each.len() == params.len() + 1);
        let mut types = Types::new(params, result, describe);
        let (mut without, mut one) = (0, 0);
        let mut index = 0;
        while index < each.len() {
            if (if index < params.len() { params[index] } else { result }) == 0 {
                without += 1;
                one = index;
            }
            index += 1;
        }
        if without == 1 {
            types.codes |= ONE;
            // SAFETY: as in `new`.
            types.describe = Some(unsafe { std::mem::transmute::<DescribeOne, unsafe fn()>(each[one]) });
        }
        types
    }

    /// The same of a function whose first parameter is an instance to be filled.
    pub(crate) const fn filling(self) -> Types {
        Types { codes: self.codes | FILLS, ..self }
    }

    /// How many parameters there are.
    pub(crate) const fn len(&self) -> usize {
        (self.codes >> (4 * COUNT) & 15) as usize
    }

    /// The numbers of all parameters, and that of the result.
    pub(crate) fn all(&self) -> impl Iterator<Item = usize> {
        (0..self.len()).chain([RESULT])
    }

    /// The code of a parameter; 0 for a type that has none.
    pub(crate) const fn code(&self, index: usize) -> u8 {
        (self.codes >> (4 * index)) as u8 & 15
    }

    /// Whether all of them have codes, so that writing them runs no code.
    pub(crate) fn are_plain(&self) -> bool {
        self.describe.is_none()
    }

    /// Writes the type of one of [`all`](Self::all).
    pub(crate) fn write(&self, index: usize, text: &mut SigText<'_>) {
        match (self.codes >> (4 * index) & 15, self.describe) {
            // SAFETY: the flag says which function that is.
            (0, Some(describe)) if self.codes & ONE != 0 => unsafe {
                std::mem::transmute::<unsafe fn(), DescribeOne>(describe)(text);
            },
            // SAFETY: as above.
            (0, Some(describe)) => unsafe { std::mem::transmute::<unsafe fn(), Describe>(describe)(index, text) },
            (code, _) => {
                let word = WORDS[code as usize - 1];
                // A result is of the very type; what an argument is converted from, pybind11 shows.
                match code as u8 {
                    INT if index != RESULT => text.number(word, INT_PROTOCOLS),
                    FLOAT if index != RESULT => text.number(word, FLOAT_PROTOCOLS),
                    _ => text.text(word),
                }
            }
        }
        if index == 0 && self.codes & FILLS != 0 {
            text.set_fills();
        }
    }
}
