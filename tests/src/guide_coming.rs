//! The modules of the guide's pages for those who come from elsewhere, as they stand there.

#[path = "../../porting-guide/examples/snippets/src/coming/bank.rs"]
mod bank;
#[path = "../../porting-guide/examples/snippets/src/coming/class_methods.rs"]
mod class_methods;
#[path = "../../porting-guide/examples/snippets/src/coming/lines.rs"]
mod lines;
