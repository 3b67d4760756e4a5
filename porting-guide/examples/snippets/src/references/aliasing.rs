use nb::prelude::*;

#[derive(Default)]
struct Account {
    balance: i64,
}

fn transfer(from: &mut Account, to: &mut Account, amount: i64) {
    from.balance -= amount;
    to.balance += amount;
}

impl Account {
    // While this runs, the account is lent to it: `f` can read other objects, not this one.
    fn audit(&mut self, f: nb::object) -> nb::Result<()> {
        f.call(())?;
        self.balance += 1;
        Ok(())
    }

    // The callback runs with nothing lent: its result is applied afterwards.
    fn deposit(&mut self, amount: i64) {
        self.balance += amount;
    }
}

nb_module!(aliasing, m, {
    nb::class_<Account>(m, "Account")
        .def(nb::init<>())
        .def_rw("balance", &Account::balance)
        .def("audit", &Account::audit)
        .def("deposit", &Account::deposit, "amount"_a);

    m.def("transfer", &transfer, "source"_a, "target"_a, "amount"_a);
});
