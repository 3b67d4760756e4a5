//! Where the slots are in a type object.

use super::SlotId;
use crate::ffi;
use std::ffi::c_void;

macro_rules! slots {
    (plain { $($table:ident: $($id:ident $field:ident)*;)* } other { $($other:ident)* }) => {
        /// Where the function of a slot is; `None` for slots whose functions are not simply written there.
        ///
        /// # Safety
        /// A live heap type.
        pub(super) unsafe fn place(ty: *mut ffi::PyTypeObject, slot: SlotId) -> Option<*mut *mut c_void> {
            match slot {
                // SAFETY: a heap type has all tables. An optional function is a pointer.
                $( $( ffi::$id => Some(unsafe { slots!(@ $table ty $field) }.cast()), )* )*
                _ => None,
            }
        }

        /// Whether the function of the slot is written into the type as it is.
        pub(super) fn is_plain(slot: SlotId) -> bool {
            matches!(slot, $( $( ffi::$id )|* )|*)
        }

        /// The name of a slot in C, for messages.
        pub(super) fn name(slot: SlotId) -> String {
            match slot {
                $( $( ffi::$id => stringify!($id).to_string(), )* )*
                $( ffi::$other => stringify!($other).to_string(), )*
                _ => slot.to_string(),
            }
        }
    };
    (@ type $ty:ident $field:ident) => { &raw mut (*$ty).$field };
    (@ $table:ident $ty:ident $field:ident) => { &raw mut (*(*$ty).$table).$field };
}

slots! {
    plain {
        type:
            Py_tp_repr tp_repr  Py_tp_str tp_str  Py_tp_hash tp_hash  Py_tp_call tp_call  Py_tp_init tp_init
            Py_tp_getattro tp_getattro  Py_tp_setattro tp_setattro  Py_tp_richcompare tp_richcompare
            Py_tp_iter tp_iter  Py_tp_iternext tp_iternext
            Py_tp_descr_get tp_descr_get  Py_tp_descr_set tp_descr_set;
        tp_as_async:
            Py_am_await am_await  Py_am_aiter am_aiter  Py_am_anext am_anext  Py_am_send am_send;
        tp_as_buffer:
            Py_bf_getbuffer bf_getbuffer  Py_bf_releasebuffer bf_releasebuffer;
        tp_as_mapping:
            Py_mp_length mp_length  Py_mp_subscript mp_subscript  Py_mp_ass_subscript mp_ass_subscript;
        tp_as_sequence:
            Py_sq_length sq_length  Py_sq_concat sq_concat  Py_sq_repeat sq_repeat  Py_sq_item sq_item
            Py_sq_ass_item sq_ass_item  Py_sq_contains sq_contains
            Py_sq_inplace_concat sq_inplace_concat  Py_sq_inplace_repeat sq_inplace_repeat;
        tp_as_number:
            Py_nb_add nb_add  Py_nb_subtract nb_subtract  Py_nb_multiply nb_multiply
            Py_nb_matrix_multiply nb_matrix_multiply  Py_nb_true_divide nb_true_divide
            Py_nb_floor_divide nb_floor_divide  Py_nb_remainder nb_remainder  Py_nb_divmod nb_divmod
            Py_nb_power nb_power  Py_nb_lshift nb_lshift  Py_nb_rshift nb_rshift
            Py_nb_and nb_and  Py_nb_or nb_or  Py_nb_xor nb_xor
            Py_nb_negative nb_negative  Py_nb_positive nb_positive  Py_nb_absolute nb_absolute
            Py_nb_invert nb_invert  Py_nb_bool nb_bool  Py_nb_int nb_int  Py_nb_float nb_float  Py_nb_index nb_index
            Py_nb_inplace_add nb_inplace_add  Py_nb_inplace_subtract nb_inplace_subtract
            Py_nb_inplace_multiply nb_inplace_multiply  Py_nb_inplace_matrix_multiply nb_inplace_matrix_multiply
            Py_nb_inplace_true_divide nb_inplace_true_divide  Py_nb_inplace_floor_divide nb_inplace_floor_divide
            Py_nb_inplace_remainder nb_inplace_remainder  Py_nb_inplace_power nb_inplace_power
            Py_nb_inplace_lshift nb_inplace_lshift  Py_nb_inplace_rshift nb_inplace_rshift
            Py_nb_inplace_and nb_inplace_and  Py_nb_inplace_or nb_inplace_or  Py_nb_inplace_xor nb_inplace_xor;
    }
    other {
        Py_tp_alloc Py_tp_base Py_tp_bases Py_tp_clear Py_tp_dealloc Py_tp_del Py_tp_doc Py_tp_finalize Py_tp_free
        Py_tp_getattr Py_tp_getset Py_tp_is_gc Py_tp_members Py_tp_methods Py_tp_new Py_tp_setattr Py_tp_token
        Py_tp_traverse Py_tp_vectorcall
    }
}
