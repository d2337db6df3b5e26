//! Which languages share the modules they import, and whose modules' names
//! are worth looking for in their own source alone.

use crate::model::fact::Language;

/// The languages that import from the same world as another.
pub(super) fn kin_of(language: Language) -> &'static [Language] {
    match language {
        Language::Java => &[Language::Kotlin, Language::Scala, Language::Groovy, Language::Clojure],
        Language::Csharp => &[Language::Fsharp],
        Language::C | Language::Swift => &[Language::Objectivec],
        _ => &[],
    }
}

/// Whether what a language calls its modules are words of every day, which
/// may open the gate for its own source only.
pub(super) fn is_alone(language: Language) -> bool {
    matches!(
        language,
        Language::R
            | Language::Julia
            | Language::Elixir
            | Language::Dart
            | Language::Lua
            | Language::Perl
            | Language::Haskell
            | Language::Matlab
            | Language::Powershell
            | Language::Sql
    )
}
