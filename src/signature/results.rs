//! What a call says of the result of a training: that it is written or loaded,
//! and under which name. Only by names of calls that many libraries share, and by
//! literals; knows no library and no product.

use crate::model::fact::{Argument, UnitKind};

/// Calls that write a result.
const WRITING: &[&str] = &[
    "dump",
    "export",
    "log_model",
    "push_to_hub",
    "register_model",
    "save",
    "save_model",
    "save_pretrained",
];

/// Calls that load one.
const LOADING: &[&str] =
    &["InferenceSession", "from_pretrained", "load", "load_learner", "load_model", "loadModel"];

/// Endings of files that hold a trained model.
const ENDINGS: &[&str] = &[
    ".cbm",
    ".h5",
    ".joblib",
    ".keras",
    ".onnx",
    ".pickle",
    ".pkl",
    ".pmml",
    ".pt",
    ".pth",
    ".safetensors",
    ".skops",
    ".tflite",
    ".ubj",
];

/// Parts of a path that do not say which model it is.
const ANYBODYS: &[&str] = &[
    "ai",
    "app",
    "artifact",
    "artifacts",
    "asset",
    "assets",
    "best",
    "bin",
    "build",
    "checkpoint",
    "checkpoints",
    "ckpt",
    "classifier",
    "clf",
    "data",
    "dist",
    "estimator",
    "file",
    "files",
    "final",
    "latest",
    "lib",
    "local",
    "main",
    "ml",
    "mnt",
    "model",
    "models",
    "my",
    "net",
    "network",
    "onnx",
    "opt",
    "out",
    "output",
    "outputs",
    "pipe",
    "pipeline",
    "regressor",
    "resources",
    "result",
    "results",
    "save",
    "saved",
    "scaler",
    "src",
    "static",
    "storage",
    "target",
    "test",
    "tmp",
    "train",
    "trained",
    "training",
    "usr",
    "var",
    "weights",
    "workspace",
];

/// Longest name of a result, in bytes.
const NAME_BYTES: usize = 200;

/// The link that a call makes, if its literals name a result: the file under
/// whose path it lies, or the name that a registry knows it by.
#[must_use]
pub fn of_call(path: &str, arguments: &[Argument<'_>]) -> Option<(UnitKind, String)> {
    let last = path.rsplit(['.', ':']).next().unwrap_or(path);
    let kind = match last {
        _ if WRITING.contains(&last) => UnitKind::Trained,
        _ if LOADING.contains(&last) => UnitKind::Loaded,
        _ => return None,
    };
    let named = |one: &&Argument<'_>| name_of(last, one).is_some();
    let one = arguments.iter().find(named)?;
    Some((kind, name_of(last, one)?))
}

/// The name of a result that an argument gives.
fn name_of(call: &str, argument: &Argument<'_>) -> Option<String> {
    let value = argument.value.as_ref();
    let odd = |c: char| c.is_whitespace() || c.is_control() || "{}$<>%*".contains(c);
    if value.is_empty() || value.len() > NAME_BYTES || value.contains(odd) {
        return None;
    }
    let key = argument.name.as_deref().unwrap_or_default();
    if let Some(registered) = value.strip_prefix("models:/") {
        let name = registered.split(['/', '@']).next().unwrap_or(registered);
        return says_which(name).then(|| format!("registered {name}"));
    }
    if key == "registered_model_name" || call == "register_model" && key == "name" {
        return says_which(value).then(|| format!("registered {value}"));
    }
    if value.contains("://") {
        return None;
    }
    let path = value.trim_start_matches(['.', '/']);
    let lower = path.to_ascii_lowercase();
    let file = ENDINGS.iter().any(|ending| lower.ends_with(ending));
    let folder =
        path.contains('/') && matches!(call, "save_pretrained" | "push_to_hub" | "from_pretrained");
    ((file || folder) && says_which(path)).then(|| path.trim_end_matches('/').to_owned())
}

/// Whether some word of a name is more than everybody's.
fn says_which(name: &str) -> bool {
    let stem = ENDINGS.iter().find_map(|end| name.strip_suffix(end)).unwrap_or(name);
    stem.split(|c: char| !c.is_alphanumeric()).any(|word| {
        let word = word.to_lowercase();
        word.len() > 2
            && !word.starts_with(|c: char| c.is_ascii_digit())
            && !ANYBODYS.contains(&word.as_str())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::place::Span;

    fn link(path: &str, name: Option<&str>, value: &str) -> Option<(UnitKind, String)> {
        let argument = Argument {
            name: name.map(Into::into),
            value: value.into(),
            span: Span { line: 1, column: 1 },
        };
        of_call(path, &[argument])
    }

    #[test]
    fn a_result_goes_by_its_path_or_its_registered_name() {
        let written = |name: &str| Some((UnitKind::Trained, name.to_owned()));
        let loaded = |name: &str| Some((UnitKind::Loaded, name.to_owned()));
        for (found, expected) in [
            (link("joblib.dump", None, "models/churn.joblib"), written("models/churn.joblib")),
            (link("joblib.load", None, "../models/churn.joblib"), loaded("models/churn.joblib")),
            (
                link("mlflow.sklearn.log_model", Some("registered_model_name"), "churn"),
                written("registered churn"),
            ),
            (
                link("mlflow.pyfunc.load_model", None, "models:/churn/Production"),
                loaded("registered churn"),
            ),
            (
                link("mlflow.pyfunc.load_model", None, "models:/churn@live"),
                loaded("registered churn"),
            ),
            (link("m.save_pretrained", None, "out/ticket-router"), written("out/ticket-router")),
        ] {
            assert_eq!(found, expected);
        }
    }

    #[test]
    fn what_anybody_may_call_so_names_no_result() {
        for (path, value) in [
            ("joblib.dump", "models/model.pkl"),
            ("torch.save", "checkpoints/best_model_1.pt"),
            ("joblib.dump", "models/{}.joblib"),
            ("json.dump", "churn.json"),
            ("image.save", "churn.png"),
            ("joblib.compress", "models/churn.joblib"),
            ("m.save_pretrained", "out/model"),
        ] {
            assert_eq!(link(path, None, value), None, "{path} {value}");
        }
    }
}
