//! What the types of annotations say, for the checks of the compiler.

/// What annotations say about the call, added up in their order.
#[doc(hidden)]
#[derive(Clone, Copy)]
pub struct AnnotationFacts {
    /// Number of annotated arguments.
    pub(crate) args: usize,
    /// Bit `i`: the `i`-th annotated argument has no name.
    pub(crate) unnamed: u64,
    /// How many arguments are locked, `self` included.
    pub(crate) locks: usize,
    pub(crate) lock_self: bool,
    /// How often `kw_only()` stands there, and the number of arguments before the first.
    pub(crate) kw_only: usize,
    pub(crate) kw_only_at: usize,
    pub(crate) method: bool,
    pub(crate) implicit: bool,
    /// Name or scope are replaced.
    pub(crate) placed: bool,
    /// `for_getter(..)` or `for_setter(..)`.
    pub(crate) of_property: bool,
}

impl AnnotationFacts {
    pub(crate) const NONE: AnnotationFacts = AnnotationFacts {
        args: 0,
        unnamed: 0,
        locks: 0,
        lock_self: false,
        kw_only: 0,
        kw_only_at: 0,
        method: false,
        implicit: false,
        placed: false,
        of_property: false,
    };
    pub(crate) const KW_ONLY: AnnotationFacts = AnnotationFacts { kw_only: 1, ..AnnotationFacts::NONE };
    pub(crate) const LOCK_SELF: AnnotationFacts =
        AnnotationFacts { locks: 1, lock_self: true, ..AnnotationFacts::NONE };
    pub(crate) const METHOD: AnnotationFacts = AnnotationFacts { method: true, ..AnnotationFacts::NONE };
    pub(crate) const IMPLICIT: AnnotationFacts = AnnotationFacts { implicit: true, ..AnnotationFacts::NONE };
    pub(crate) const PLACED: AnnotationFacts = AnnotationFacts { placed: true, ..AnnotationFacts::NONE };
    pub(crate) const OF_PROPERTY: AnnotationFacts = AnnotationFacts { of_property: true, ..AnnotationFacts::NONE };

    pub(crate) const fn arg(named: bool, locked: bool) -> AnnotationFacts {
        AnnotationFacts { args: 1, unnamed: !named as u64, locks: locked as usize, ..AnnotationFacts::NONE }
    }

    /// These annotations, followed by others.
    pub(crate) const fn then(self, next: AnnotationFacts) -> AnnotationFacts {
        AnnotationFacts {
            args: self.args + next.args,
            unnamed: self.unnamed | (next.unnamed << self.args),
            locks: self.locks + next.locks,
            lock_self: self.lock_self || next.lock_self,
            kw_only: self.kw_only + next.kw_only,
            kw_only_at: if self.kw_only > 0 { self.kw_only_at } else { self.args + next.kw_only_at },
            method: self.method || next.method,
            implicit: self.implicit || next.implicit,
            placed: self.placed || next.placed,
            of_property: self.of_property || next.of_property,
        }
    }

    /// Some arguments can be given by keyword only.
    pub(crate) const fn has_keyword_only(self) -> bool {
        self.kw_only != 0
    }

    /// Whether the first argument is `self` although the binding is none of a class.
    pub(crate) const fn is_method(self) -> bool {
        self.method
    }

    /// Whether `is_implicit()` is among them.
    pub(crate) const fn is_implicit(self) -> bool {
        self.implicit
    }
}
