// finding 15: the forms of nb_bind!.
use nb::prelude::*;

nb_domain!();

nb_bind!(fn bind_stack<T>(m, name) {
    m.attr("name") = name;
});

nb_bind!(fn bind_stack);

nb_bind!(m, { m.attr("name") = 1; });

fn main() {}
