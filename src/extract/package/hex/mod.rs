//! Elixir and Erlang: the manifests of Mix and Rebar and their lock files.

mod mix;
mod rebar;

pub use mix::{MixExs, MixLock};
pub use rebar::{RebarConfig, RebarLock};
