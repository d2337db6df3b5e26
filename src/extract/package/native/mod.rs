//! Packages of C and C++ projects: what package managers are asked for, and
//! what build files ask the machine or an address for.

mod cmake;
mod cmake_commands;
mod conan;
mod meson;
mod vcpkg;

pub use cmake::Cmake;
pub use conan::{ConanLock, ConanfilePy, ConanfileTxt};
pub use meson::{Meson, MesonWrap};
pub use vcpkg::Vcpkg;
