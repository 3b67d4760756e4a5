//! Conversions of other crates' texts, paths, networks and containers with defaults or other hashers.

use camino::{Utf8Path, Utf8PathBuf};
use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use nb::prelude::*;
use semver::{Version, VersionReq};
use std::collections::hash_map::DefaultHasher;
use std::hash::BuildHasherDefault;
use tinyvec::{ArrayVec, TinyVec};
use url::Url;

/// A hasher of its own.
type Hasher = BuildHasherDefault<DefaultHasher>;
type Map<K, V> = hashbrown::HashMap<K, V, Hasher>;
type Set<T> = hashbrown::HashSet<T, Hasher>;

/// Fields of each kind.
pub struct Texts {
    pub url: Url,
    pub version: Version,
    pub net: IpNet,
    pub path: Utf8PathBuf,
    pub map: Map<String, i32>,
    pub set: Set<i32>,
    pub tiny: TinyVec<[i32; 2]>,
    pub array: ArrayVec<[i32; 2]>,
}

fn texts() -> Texts {
    Texts {
        url: Url::parse("https://example.com").unwrap(),
        version: Version::new(1, 2, 3),
        net: IpNet::V4(Ipv4Net::default()),
        path: Utf8PathBuf::from("a"),
        map: Map::default(),
        set: Set::default(),
        tiny: TinyVec::new(),
        array: ArrayVec::new(),
    }
}

/// The round trips, in plain Rust.
fn bind_round_trips(m: &nb::module_<NbDomain>) {
    echo! { m:
        "url" Url; "urls" Vec<Url>; "version" Version; "requirement" VersionReq; "net4" Ipv4Net; "net6" Ipv6Net; "net" IpNet;
        "std_map" std::collections::HashMap<String, i32, Hasher>; "std_set" std::collections::HashSet<i32, Hasher>;
        "path" Utf8PathBuf; "paths" Vec<Utf8PathBuf>; "map" Map<String, i32>; "set" Set<i32>; "tiny" TinyVec<[i32; 2]>; "tiny_texts" TinyVec<[String; 2]>;
        "array" ArrayVec<[i32; 2]>;
    }
}

nb_module!(test_casters_crates_texts_ext, m, {
    bind_round_trips(m);

    nb::class_<Texts>(m, "Texts")
        .def(nb::init(|| texts()))
        .def_rw("url", &Texts::url)
        .def_rw("version", &Texts::version)
        .def_rw("net", &Texts::net)
        .def_rw("path", &Texts::path)
        .def_rw("map", &Texts::map)
        .def_rw("set", &Texts::set)
        .def_rw("tiny", &Texts::tiny)
        .def_rw("array", &Texts::array);

    m.def("host", |x: Url| x.host_str().map(str::to_string));
    m.def("matches", |x: VersionReq, y: Version| x.matches(&y));
    m.def("net_text", |x: IpNet| x.to_string());
    m.def("host_of_net", |x: &str| -> nb::Result<IpNet> { Ok(x.parse::<IpNet>()?) });
    m.def("path_ref", |x: &Utf8Path| x.as_str().to_string());
    m.def("path_result", || -> &Utf8Path { Utf8Path::new("a/b") });
    m.def("on_the_heap", |x: TinyVec<[i32; 2]>| x.is_heap());
});
