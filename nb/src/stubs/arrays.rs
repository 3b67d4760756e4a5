//! Arrays in stubs: `numpy.ndarray[dtype=float32, shape=(*, 3)]` is a text for people, which no type checker reads.

use super::names::Names;

/// The types by which signatures call arrays, and what they are in stubs: a module and a name, or Python's own.
const ARRAYS: &[(&str, &str, &str)] = &[
    ("numpy.ndarray", "numpy.typing", "NDArray"),
    ("ndarray", "numpy.typing", "NDArray"),
    ("torch.Tensor", "torch", "Tensor"),
    ("tensorflow.python.framework.ops.EagerTensor", "tensorflow", "Tensor"),
    ("jaxlib._jax.ArrayImpl", "jax", "Array"),
    ("cupy.ndarray", "cupy", "ndarray"),
    ("mlx.core.array", "mlx.core", "array"),
    ("memoryview", "builtins", "memoryview"),
    ("ArrayLike", "typing", "Any"),
];

/// The parts that stand in the brackets of an array and nowhere else.
const PARTS: &[&str] = &["dtype=", "shape=", "order=", "device=", "writable="];

/// The types of elements that NumPy calls so.
const OF_NUMPY: &[&str] = &[
    "int8",
    "int16",
    "int32",
    "int64",
    "uint8",
    "uint16",
    "uint32",
    "uint64",
    "float16",
    "float32",
    "float64",
    "complex64",
    "complex128",
];

impl Names {
    /// The type that stands for an array whose text begins with `label`, and how long the brackets behind it are; `None` if that is no array.
    pub(super) fn array(&mut self, label: &str, rest: &str) -> Option<(String, usize)> {
        let (_, module, name) = ARRAYS.iter().find(|(known, _, _)| *known == label)?;
        let inside = rest.strip_prefix('[')?;
        let inside = &inside[..inside.find(']')?];
        if !inside.is_empty() && !PARTS.iter().any(|part| inside.starts_with(part)) {
            return None;
        }
        let mut parts: Vec<String> = split(inside).into_iter().map(str::to_owned).collect();
        let mut shown = if *module == "builtins" { self.builtin(name) } else { self.import(module, name) };
        let dtype = parts.iter().position(|part| part.starts_with("dtype="));
        if *name == "NDArray" {
            let element = match dtype.map(|at| parts.remove(at)) {
                Some(dtype) => self.element(&dtype["dtype=".len()..]),
                None => self.any(),
            };
            shown = format!("{shown}[{element}]");
        } else if let Some(at) = dtype {
            parts[at] = format!("dtype='{}'", &parts[at]["dtype=".len()..]);
        }
        if let Some(shape) = parts.iter_mut().find(|part| part.starts_with("shape=")) {
            // A tuple of one has a comma.
            *shape = shape.replace('*', "None");
            if !shape.contains(',') && !shape.ends_with("()") {
                *shape = shape.replace(')', ",)");
            }
        }
        if !parts.is_empty() {
            let (annotated, dict) = (self.typing("Annotated"), self.builtin("dict"));
            shown = format!("{annotated}[{shown}, {dict}({})]", parts.join(", "));
        }
        Some((shown, inside.len() + 2))
    }

    /// NumPy's type of elements.
    fn element(&mut self, dtype: &str) -> String {
        match dtype {
            "bool" => self.whole_name("numpy", "bool_"),
            known if OF_NUMPY.contains(&known) => self.whole_name("numpy", known),
            _ => self.any(),
        }
    }
}

/// The parts, at commas outside of parentheses.
fn split(inside: &str) -> Vec<&str> {
    let (mut parts, mut start, mut depth) = (Vec::new(), 0, 0);
    for (at, c) in inside.char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(inside[start..at].trim());
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(inside[start..].trim());
    parts.retain(|part| !part.is_empty());
    parts
}
