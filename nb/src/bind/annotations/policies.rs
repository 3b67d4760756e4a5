//! Return value policies, and call policies.

use super::{FuncExtra, FuncSpec};
use crate::call::call_policies::{CallPolicy, Hooks, call_policy};
use crate::call::callable_traits::Layout;
use crate::rv_policy;

macro_rules! policy_extras {
    ($($name:ident)*) => { $(
        impl<D> FuncExtra<D> for rv_policy::$name {
            type Policy<Before> = rv_policy::$name;
            type Guard<Before> = Before;
            type CallLayout<Before: Layout> = Before;
            type Getter = Self;
            type Setter = ();
            const COPIES: bool = <rv_policy::$name as rv_policy::Policy>::COPIES;
            fn apply(self, _spec: &mut FuncSpec<'_>) {}
        }
    )* };
}
policy_extras!(automatic automatic_reference copy move_ take_ownership reference reference_internal none);

annotation!(impl[P: CallPolicy] call_policy<P>, |self, spec| spec.policies.push(Hooks::of::<P>()),
    const RECORDED: bool = true;
    const POLICY_ARGS: usize = P::MIN_ARGS;
);
