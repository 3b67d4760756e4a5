use nb::prelude::*;

enum Kind {
    Giro,
    Savings,
}

struct Account {
    owner: String,
    kind: Kind,
    cents: i64,
}

impl Account {
    fn new(owner: String, kind: Kind) -> Account {
        Account { owner, kind, cents: 0 }
    }

    fn balance(&self) -> f64 {
        self.cents as f64 / 100.0
    }

    fn set_balance(&mut self, balance: f64) {
        self.cents = (balance * 100.0).round() as i64;
    }

    fn withdraw(&mut self, cents: i64, force: bool) -> Result<i64, Overdrawn> {
        if cents > self.cents && !force {
            return Err(Overdrawn(format!("{} has {}", self.owner, self.cents)));
        }
        self.cents -= cents;
        Ok(self.cents)
    }

    fn parse(text: &str) -> nb::Result<Account> {
        let (owner, cents) = text.split_once(':').ok_or_else(|| nb::value_error("expected OWNER:CENTS"))?;
        let cents = cents.parse()?;
        Ok(Account { owner: owner.into(), kind: Kind::Giro, cents })
    }
}

#[derive(Debug)]
struct Overdrawn(String);

impl std::fmt::Display for Overdrawn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

struct Loan {
    account: Account,
    rate: f64,
}
nb_base!(Loan, account: Account);

impl Loan {
    fn new(owner: String, rate: f64) -> Loan {
        Loan { account: Account::new(owner, Kind::Savings), rate }
    }
}

fn total(numbers: Vec<f64>, times: u32) -> f64 {
    (0..times).map(|_| numbers.iter().sum::<f64>()).sum()
}

nb_module!(bank, m, {
    nb::exception<Overdrawn>(m, "Overdrawn", PyExc_ValueError);

    nb::enum_<Kind>(m, "Kind")
        .value("Giro", Kind::Giro)
        .value("Savings", Kind::Savings);

    nb::class_<Account>(m, "Account", "Money that belongs to somebody.")
        .def(nb::init<String, Kind>(), "owner"_a, "kind"_a = Kind::Giro)
        .def_rw("owner", &Account::owner)
        .def_ro("kind", &Account::kind)
        .def_prop_rw("balance", &Account::balance, &Account::set_balance)
        .def("withdraw", &Account::withdraw, "cents"_a, nb::kw_only(), "force"_a = false)
        .def_static("parse", &Account::parse)
        .def("__len__", |account: &Account| account.owner.len())
        .def("__repr__", |account: &Account| format!("<Account of {}>", account.owner));

    nb::class_<Loan, Account>(m, "Loan")
        .def(nb::init<String, f64>())
        .def_ro("rate", &Loan::rate);

    m.def("total", &total, "numbers"_a, "times"_a = 1, nb::call_guard<nb::gil_scoped_release>());
    m.attr("LIMIT") = 1000;
});
