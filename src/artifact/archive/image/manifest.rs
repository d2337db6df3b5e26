//! Manifests and indices of images: which layers and which configuration make
//! one image. Knows their keys only.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::INDEX;

/// Images that are told apart; more are not looked at.
const IMAGES: usize = 64;
/// Layers of one image.
const LAYERS: usize = 512;

/// One image by the paths of its parts in the archive.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Image {
    pub(super) config: Option<String>,
    /// The lowest first.
    pub(super) layers: Vec<String>,
}

/// The images that these texts describe, by the archive's own index or by the
/// list that `docker save` writes.
pub(super) fn images(texts: &BTreeMap<String, String>) -> Vec<Image> {
    let mut found = Vec::new();
    let mut due: Vec<String> = vec![INDEX.to_owned()];
    let mut seen: BTreeSet<String> = BTreeSet::new();
    while let Some(path) = due.pop() {
        if found.len() >= IMAGES || !seen.insert(path.clone()) {
            continue;
        }
        let Some(document) = parsed(texts.get(&path)) else { continue };
        due.extend(below(&document, "manifests"));
        let layers = below(&document, "layers");
        if !layers.is_empty() {
            found.push(Image { config: document.get("config").and_then(blob_of), layers });
        }
    }
    if found.is_empty() {
        found = saved(texts);
    }
    found
}

/// `manifest.json` of `docker save`.
fn saved(texts: &BTreeMap<String, String>) -> Vec<Image> {
    let Some(Value::Array(rows)) = parsed(texts.get("manifest.json")) else { return Vec::new() };
    rows.iter()
        .take(IMAGES)
        .map(|row| {
            let layers = row.get("Layers").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
            let paths = layers.iter().take(LAYERS).filter_map(Value::as_str);
            Image {
                config: row.get("Config").and_then(Value::as_str).map(str::to_owned),
                layers: paths.map(str::to_owned).collect(),
            }
        })
        .filter(|image| !image.layers.is_empty())
        .collect()
}

/// The blobs that a manifest or an index names.
pub(super) fn asks_for(text: &str) -> Vec<String> {
    let Ok(document) = serde_json::from_str::<Value>(text) else { return Vec::new() };
    let mut paths = below(&document, "manifests");
    paths.extend(below(&document, "layers"));
    paths.extend(document.get("config").and_then(blob_of));
    paths
}

fn parsed(text: Option<&String>) -> Option<Value> {
    serde_json::from_str(text?).ok()
}

fn below(document: &Value, key: &str) -> Vec<String> {
    let rows = document.get(key).and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    rows.iter().take(LAYERS).filter_map(blob_of).collect()
}

/// Where the blob lies that a descriptor names.
fn blob_of(descriptor: &Value) -> Option<String> {
    let (algorithm, digest) = descriptor.get("digest")?.as_str()?.split_once(':')?;
    let path = format!("blobs/{algorithm}/{digest}");
    super::is_blob(&path).then_some(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(rows: &[(&str, &str)]) -> BTreeMap<String, String> {
        rows.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect()
    }

    #[test]
    fn an_index_leads_to_images_and_a_circle_ends() {
        let digest = |letter: &str| format!("sha256:{}", letter.repeat(64));
        let path = |letter: &str| format!("blobs/sha256/{}", letter.repeat(64));
        let index = format!(r#"{{"manifests": [{{"digest": "{}"}}]}}"#, digest("a"));
        let manifest = format!(
            r#"{{"manifests": [{{"digest": "{0}"}}], "config": {{"digest": "{1}"}},
                "layers": [{{"digest": "{2}"}}, {{"digest": "nonsense"}}]}}"#,
            digest("a"),
            digest("b"),
            digest("c")
        );
        let found = images(&texts(&[(INDEX, &index), (&path("a"), &manifest)]));
        assert_eq!(found, [Image { config: Some(path("b")), layers: vec![path("c")] }]);
        assert_eq!(images(&texts(&[(INDEX, "[]"), ("manifest.json", "{}")])), []);
    }

    #[test]
    fn a_saved_image_names_its_layers_by_path() {
        let list = r#"[{"Config": "c.json", "RepoTags": ["a:1"], "Layers": ["x/layer.tar"]}]"#;
        let found = images(&texts(&[("manifest.json", list)]));
        let layers = vec!["x/layer.tar".to_owned()];
        assert_eq!(found, [Image { config: Some("c.json".to_owned()), layers }]);
    }
}
