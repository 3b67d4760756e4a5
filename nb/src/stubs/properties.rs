//! Properties: of instances, and of classes.

use super::functions::Overload;
use super::look;
use super::stub::Stub;
use crate::instance::static_property::is_static_property;
use crate::python::error::Result;
use crate::python::object::object;

impl Stub<'_> {
    /// Any property.
    pub(super) fn property(&mut self, name: &str, property: &object) -> Result<()> {
        let part = |part| look::find(property, part).filter(|function| !function.is_none());
        let (get, set) = (part("fget"), part("fset"));
        // SAFETY: a live object; attached.
        if unsafe { is_static_property(property.as_ptr()) } {
            return self.attribute_of_class(name, get.or(set.clone()).as_ref(), set.is_some());
        }
        let Some(get) = get else {
            // There is no decorator for a property without a getter.
            let Some(set) = set else { return Ok(()) };
            let ty = self.taken_by(name, &set)?;
            self.out.line(&format!("{name}: {ty}  # can be assigned only"));
            self.out.blank();
            return Ok(());
        };
        let decorator = self.names.builtin("property");
        let getter = self.accessor(name, &get)?;
        let doc = getter.doc.clone();
        self.definition(getter, &[&decorator]);
        if let Some(set) = set {
            let mut setter = self.accessor(name, &set)?;
            setter.doc = setter.doc.filter(|text| Some(text) != doc.as_ref());
            self.definition(setter, &[&format!("{name}.setter")]);
        }
        if let Some(delete) = part("fdel") {
            let mut deleter = self.accessor(name, &delete)?;
            deleter.doc = None;
            self.definition(deleter, &[&format!("{name}.deleter")]);
        }
        Ok(())
    }

    /// The getter or setter of a property.
    fn accessor(&mut self, name: &str, function: &object) -> Result<Overload> {
        match Self::native(function) {
            Some(data) => self.overload(name, &data.state, &data.records[0], false),
            None => self.python_overload(name, function),
        }
    }

    /// What a setter takes.
    fn taken_by(&mut self, name: &str, set: &object) -> Result<String> {
        let setter = self.accessor(name, set)?;
        Ok(setter.value().to_string())
    }

    /// A property of the class itself is an attribute for type checkers.
    fn attribute_of_class(&mut self, name: &str, function: Option<&object>, is_writable: bool) -> Result<()> {
        let Some(function) = function else { return Ok(()) };
        let getter = self.accessor(name, function)?;
        let wrapper = self.names.typing(if is_writable { "ClassVar" } else { "Final" });
        for note in &getter.notes {
            self.out.line(&format!("# {note}"));
        }
        self.out.line(&format!("{name}: {wrapper}[{}]", getter.result()));
        if let Some(doc) = getter.doc.filter(|doc| self.request.docs && !doc.trim().is_empty()) {
            self.out.doc(&doc);
        }
        self.out.blank();
        Ok(())
    }
}
