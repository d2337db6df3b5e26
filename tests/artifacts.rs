//! Programs and model files: what their readers tell of good ones, of broken
//! ones and of none. Every file is assembled here, byte by byte.

#![allow(clippy::panic, clippy::expect_used, clippy::indexing_slicing, missing_docs)]

#[path = "artifacts/data.rs"]
mod data;
mod made;
mod tree;

use daylight::model::component::Component;
use daylight::model::inventory::Inventory;
use daylight::model::vocabulary::Role;
use made::{Message, Read, gguf, pickle, program, read, safetensors, zip};
use tree::Tree;

fn said(path: &str, bytes: &[u8]) -> Vec<String> {
    let Read { facts, notes, outcome, .. } = read(path, bytes).expect("a reader claims it");
    assert_eq!(outcome, Ok(()), "{path}");
    assert!(notes.is_empty(), "{path}: {notes:?}");
    facts
}

/// The one fact of a model file.
fn weights(path: &str, bytes: &[u8]) -> String {
    let facts = said(path, bytes);
    let weights: Vec<String> =
        facts.into_iter().filter(|fact| fact.starts_with("{\"weights\"")).collect();
    assert_eq!(weights.len(), 1, "{path}: {weights:?}");
    weights[0].clone()
}

fn assert_says(told: &str, all: &[(&str, &str)]) {
    for (key, value) in all {
        let pair = format!("[\"{key}\",\"{value}\"]");
        assert!(told.contains(&pair), "{pair} is not in {told}");
    }
}

fn models(inventory: &Inventory) -> Vec<&Component> {
    inventory.components.iter().filter(|component| component.kind == Role::Model).collect()
}

#[test]
fn gguf_tells_architecture_name_size_and_licence() {
    let file = gguf(
        &[
            ("general.architecture", "llama"),
            ("general.name", "Tiny Chat"),
            ("general.license", "apache-2.0"),
            ("general.base_model.0.name", "Tiny"),
        ],
        &[("a.weight", &[4, 8]), ("b.weight", &[10])],
    );
    let told = weights("m/x.bin", &file);
    assert!(told.contains("\"name\":\"Tiny Chat\""), "{told}");
    assert_says(
        &told,
        &[
            ("architecture", "llama"),
            ("license", "apache-2.0"),
            ("base-model", "Tiny"),
            ("parameters", "42"),
            ("quantization", "Q4_K_M"),
            ("context-length", "4096"),
        ],
    );
    assert_says(&weights("old.bin", b"lmgg\x01\0\0\0"), &[]);
}

#[test]
fn a_gguf_that_ends_early_tells_what_came_before() {
    let file = gguf(&[("general.architecture", "llama"), ("general.name", "Tiny")], &[]);
    let cut = read("x.gguf", &file[..60]).expect("claimed");
    assert!(cut.outcome.is_err());
    assert!(cut.facts[0].contains("gguf"), "{:?}", cut.facts);
}

#[test]
fn safetensors_tells_parameters_and_remarks() {
    let file = safetensors(
        r#"{"__metadata__":{"format":"pt","modelspec.title":"Tiny"},"a":{"dtype":"F16","shape":[3,4],"data_offsets":[0,24]},"b":{"dtype":"F32","shape":[2],"data_offsets":[24,32]}}"#,
    );
    let told = weights("m/model.safetensors", &file);
    assert!(told.contains("\"name\":\"Tiny\""), "{told}");
    assert_says(&told, &[("parameters", "14"), ("quantization", "F16"), ("framework", "pytorch")]);
    let adapter =
        safetensors(r#"{"x.lora_A.weight":{"dtype":"F16","shape":[2],"data_offsets":[0,4]}}"#);
    assert_says(&weights("adapter_model.safetensors", &adapter), &[("adapter", "lora")]);
    let broken = read("a.safetensors", &safetensors("{\"a\": [}")).expect("claimed");
    assert!(broken.outcome.is_err() && broken.facts.len() == 1);
}

fn onnx() -> Vec<u8> {
    let initializer = Message::new().number(1, 3).number(1, 4).number(2, 1).blob(9, &[0; 48]);
    let node = Message::new().text(4, "Relu");
    let graph = Message::new().blob(1, &node.0).blob(5, &initializer.0);
    let remark = Message::new().text(1, "license").text(2, "MIT");
    Message::new()
        .number(1, 8)
        .text(2, "pytorch")
        .text(3, "2.4.0")
        .blob(7, &graph.0)
        .blob(8, &Message::new().number(2, 17).0)
        .blob(14, &remark.0)
        .0
}

#[test]
fn onnx_tells_producer_operators_and_parameters() {
    assert_says(
        &weights("m/model.onnx", &onnx()),
        &[
            ("producer", "pytorch 2.4.0"),
            ("opset", "ai.onnx 17"),
            ("nodes", "1"),
            ("parameters", "12"),
            ("license", "MIT"),
        ],
    );
}

#[test]
fn other_protocol_buffers_tell_which_model_they_are() {
    let metadata = Message::new().text(3, "Somebody").text(4, "MIT");
    let description = Message::new().blob(100, &metadata.0);
    let core_ml = Message::new().number(1, 5).blob(2, &description.0).blob(502, &[0; 4]);
    assert_says(
        &weights("m/a.mlmodel", &core_ml.0),
        &[("type", "program"), ("author", "Somebody"), ("license", "MIT")],
    );
    let node = Message::new().text(1, "x").text(2, "Placeholder");
    let info = Message::new().text(4, "serve").text(5, "2.16.1");
    let graph = Message::new().blob(1, &node.0).blob(4, &[0; 2]);
    let meta = Message::new().blob(1, &info.0).blob(2, &graph.0);
    let saved = Message::new().number(1, 1).blob(2, &meta.0);
    assert_says(
        &weights("m/saved_model.pb", &saved.0),
        &[("tag", "serve"), ("framework-version", "2.16.1")],
    );
    assert_says(&weights("m/frozen.pb", &graph.0), &[("nodes", "1")]);
    // The same bytes under a name that promises no graph are nobody's.
    assert!(read("m/other.dat", &graph.0).is_none());
    let other = Message::new().number(1, 3).text(2, "a\0b").text(9, "c");
    assert!(said("m/thing.bin", &other.0).is_empty());
}

#[test]
fn a_pickle_tells_what_it_would_import_and_runs_nothing() {
    let facts = said("m/clf.pkl", &pickle());
    assert!(facts.iter().any(|fact| fact.contains("sklearn.svm._classes")), "{facts:?}");
    let told = weights("m/clf.pkl", &pickle());
    assert_says(
        &told,
        &[
            ("class", "sklearn.svm._classes.SVC"),
            ("module", "sklearn"),
            ("framework-version", "1.5.2"),
            ("runs", "posix.system"),
        ],
    );
}

#[test]
fn a_compressed_pickle_is_inflated_and_read() {
    use std::io::Write;
    let mut packed = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(&pickle()).expect("memory");
    let packed = packed.finish().expect("memory");
    assert_says(&weights("m/clf.joblib", &packed), &[("module", "sklearn")]);
    assert!(read("m/clf.dat", &packed).is_none());
}

#[test]
fn a_checkpoint_in_a_zip_tells_its_kind_of_numbers() {
    let mut inner = b"\x80\x02ctorch._utils\n_rebuild_tensor_v2\nq\0ctorch\nHalfStorage\n".to_vec();
    inner.extend_from_slice(b"q\x01.");
    let file = zip(&[
        ("archive/data.pkl", &inner),
        ("archive/data/0", &[0; 64]),
        ("archive/version", b"3\n"),
    ]);
    assert_says(
        &weights("m/pytorch_model.bin", &file),
        &[("quantization", "F16"), ("parameters", "32"), ("module", "torch")],
    );
    let plain = zip(&[("readme.txt", b"hello"), ("b", b"")]);
    assert!(read("m/some.zip", &plain).is_none());
}

#[test]
fn keras_tells_its_layers_old_and_new() {
    let config =
        br#"{"class_name": "Sequential", "config": {"layers": [{"class_name": "Dense"}]}}"#;
    let file = zip(&[
        ("metadata.json", br#"{"keras_version": "3.6.0"}"#),
        ("config.json", config),
        ("model.weights.h5", b"\x89HDF"),
    ]);
    assert_says(
        &weights("m/a.keras", &file),
        &[("class", "Sequential"), ("layer", "Dense"), ("framework-version", "3.6.0")],
    );
    let mut old = b"\x89HDF\r\n\x1a\n\0\0\0\0".to_vec();
    old.extend_from_slice(b"keras_version\0model_config\0{\"class_name\": \"Functional\"}");
    assert_says(&weights("m/a.h5", &old), &[("class", "Functional"), ("type", "model")]);
    assert!(said("m/science.h5", b"\x89HDF\r\n\x1a\n\0\0\0\0temperature").is_empty());
}

#[test]
fn models_written_as_text_are_told_by_how_they_begin() {
    let boosted = b"tree\nversion=v4\nobjective=binary sigmoid:1\n\nTree=0\n";
    assert_says(&weights("a.txt", boosted), &[("objective", "binary sigmoid:1")]);
    let json = br#"{"learner":{"gradient_booster":{},"objective":{"name":"reg:squarederror"}}}"#;
    assert_says(&weights("a.json", json), &[("objective", "reg:squarederror")]);
    let pmml = br#"<PMML version="4.4"><Header><Application name="Maker" version="1"/></Header><TreeModel modelName="Churn" functionName="classification"/></PMML>"#;
    let told = weights("a.xml", pmml);
    assert!(told.contains("\"name\":\"Churn\""), "{told}");
    assert_says(&told, &[("type", "TreeModel"), ("task", "classification"), ("producer", "Maker")]);
    for near_miss in ["treeversion=v4\n", "{\"learner\":[]}", "<PMMLish>", "<net name=\"x\">"] {
        assert!(read("a.txt", near_miss.as_bytes()).is_none(), "{near_miss}");
    }
}

#[test]
fn an_elf_tells_libraries_and_symbols() {
    let file = program(&["libfoo.so.1.17.0"], &["foo_start"], &["a text"]);
    let facts = said("bin/app", &file);
    let told = |text: &str| assert!(facts.iter().any(|f| f.contains(text)), "{text}: {facts:?}");
    told(r#"{"library":{"name":"libfoo.so.1.17.0","version":null,"own":false}}"#);
    told(r#"{"symbol":{"name":"foo_start","defined":false}}"#);
    told("\"data\"");
}

#[test]
fn an_elf_that_is_cut_anywhere_is_told_and_panics_nobody() {
    let file = program(&["libfoo.so.1"], &["foo_start"], &["text"]);
    for end in (6..file.len()).step_by(7) {
        let cut = read("bin/app", &file[..end]).expect("claimed");
        assert!(cut.outcome.is_err() || cut.facts.len() < 4, "{end}");
    }
}

#[test]
fn a_program_with_two_marks_of_a_product_is_proof_and_with_one_a_hint() {
    let both = program(&[], &[], &["GGML_ASSERT(", "tokenizer.ggml.model"]);
    let one = program(&[], &[], &["GGML_ASSERT("]);
    let none = program(&["libc.so.6"], &["malloc"], &["hello world"]);
    let found = |bytes: &[u8]| {
        let inventory = Tree::new().bytes("bin/app", bytes).scan();
        let component = inventory.components.first().map(|one| (one.name.clone(), one.indicated));
        (component, inventory.systems.len())
    };
    assert_eq!(found(&both), (Some(("llama.cpp".to_owned(), false)), 1));
    assert_eq!(found(&one), (Some(("llama.cpp".to_owned(), true)), 0));
    assert_eq!(found(&none), (None, 0));
}

#[test]
fn an_address_in_a_program_is_found_where_it_touches_other_texts() {
    let file = program(&[], &[], &["usage: https://api.openai.com/v1/chatOPENAI_API_KEY=", "x"]);
    let inventory = Tree::new().bytes("bin/app", &file).scan();
    let names: Vec<&str> = inventory.components.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(names, ["OpenAI API"]);
}

#[test]
fn a_model_file_is_a_component_with_what_its_header_says() {
    let file = gguf(&[("general.architecture", "llama"), ("general.name", "Tiny Chat")], &[]);
    let inventory = Tree::new().bytes("models/a.gguf", &file).scan();
    let found = models(&inventory);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].name, "Tiny Chat");
    let evidence = &inventory.evidence[0];
    assert_eq!(evidence.captured.get("architecture").map(String::as_str), Some("llama"));
    assert_eq!(evidence.technique.word(), "weights");
    assert!(inventory.coverage.skipped.iter().all(|skip| skip.reason != "binary"));
}

#[test]
fn several_files_of_one_model_are_one_component() {
    let part = safetensors(r#"{"a":{"dtype":"F16","shape":[2],"data_offsets":[0,4]}}"#);
    let inventory = Tree::new()
        .bytes("hub/tiny/model-00001-of-00002.safetensors", &part)
        .bytes("hub/tiny/model-00002-of-00002.safetensors", &part)
        .scan();
    let found = models(&inventory);
    assert_eq!(found.iter().map(|one| one.name.as_str()).collect::<Vec<_>>(), ["tiny"]);
}

#[test]
fn go_modules_and_rust_packages_are_read_from_a_program() {
    use std::io::Write;
    let mut info = b"\xff Go buildinf:\x08\x02".to_vec();
    info.resize(32, 0);
    let list = "0123456789abcdefpath\tapp\nmod\tapp\t(devel)\t\ndep\texample.org/a\tv1.2.3\th1:x\ndep\texample.org/b\tv1.0.0\n=>\texample.org/c\tv2.0.0\th1:y\n0123456789abcdef";
    info.extend_from_slice(b"\x06go1.23");
    info.extend_from_slice(&made::varint(list.len() as u64));
    info.extend_from_slice(list.as_bytes());
    let json = r#"{"packages":[{"name":"app","version":"0.1.0","root":true,"dependencies":[1]},{"name":"ort","version":"2.0.0","source":"x"},{"name":"deep","version":"1.0.0","source":"x"}]}"#;
    let mut packed = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(json.as_bytes()).expect("memory");
    let packed = packed.finish().expect("memory");
    let file = made::elf_with(&[(".go.buildinfo", &info), (".dep-v0", &packed)]);
    let facts = said("bin/app", &file).join("\n");
    for part in [
        r#""ecosystem":"golang","name":"example.org/a","version":"v1.2.3","resolved":true"#,
        r#""ecosystem":"golang","name":"example.org/c","version":"v2.0.0""#,
        r#""ecosystem":"cargo","name":"ort","version":"2.0.0","resolved":true,"direct":true"#,
        r#""name":"deep","version":"1.0.0","resolved":true,"direct":false"#,
    ] {
        assert!(facts.contains(part), "{part}\n{facts}");
    }
    assert!(!facts.contains("example.org/b") && !facts.contains("\"app\""), "{facts}");
}

#[test]
fn a_pe_tells_libraries_functions_and_its_own_name() {
    let facts = said("bin/app.dll", &made::pe(&["FOO.dll"], &["FooStart"], 1)).join("\n");
    assert!(facts.contains(r#"{"library":{"name":"FOO.dll","version":null,"own":false}}"#));
    assert!(facts.contains(r#"{"symbol":{"name":"FooStart","defined":false}}"#), "{facts}");
}

#[test]
fn a_mach_o_tells_frameworks_and_symbols() {
    let framework = "/System/Library/Frameworks/Foo.framework/Versions/A/Foo";
    let facts = said("bin/app", &made::mach_o(framework, "_OBJC_CLASS_$_Foo")).join("\n");
    assert!(facts.contains(framework), "{facts}");
    assert!(facts.contains(r#"{"symbol":{"name":"_OBJC_CLASS_$_Foo","defined":false}}"#));
}

#[test]
fn a_packed_python_program_tells_its_modules_and_libraries() {
    let file = made::frozen(&["foo", "foo.bar"], "libfoo.so.2");
    let facts = said("bin/app", &file).join("\n");
    for part in [r#""module":"foo""#, r#""module":"foo.bar""#, r#""name":"libfoo.so.2""#] {
        assert!(facts.contains(part), "{part}\n{facts}");
    }
}

#[test]
fn files_of_no_known_format_are_nobodys() {
    for bytes in [&b""[..], b"\0", b"\0\0\0\0\0\0\0\0\0", b"\x7fEL", b"PK\x03\x04", b"GGU\0"] {
        assert!(read("a.bin", bytes).is_none(), "{bytes:?}");
    }
}

#[test]
fn a_pointer_in_place_of_a_model_is_told_and_stays_unread() {
    let pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n";
    let told = weights("m/tiny.gguf", pointer.as_bytes());
    assert_says(&told, &[("pointer", "git-lfs"), ("bytes", "12345")]);
    assert!(read("m/film.mp4", pointer.as_bytes()).is_none());
    let inventory = Tree::new().file("m/tiny.gguf", pointer).scan();
    assert_eq!(models(&inventory).len(), 1);
    assert!(inventory.coverage.skipped.iter().any(|skip| skip.reason == "lfs-pointer"));
}

#[test]
fn settings_weights_and_adapter_of_one_folder_are_one_model() {
    let part = safetensors(r#"{"a":{"dtype":"F16","shape":[2],"data_offsets":[0,4]}}"#);
    let config = r#"{"model_type": "llama", "architectures": ["LlamaForCausalLM"]}"#;
    let inventory = Tree::new()
        .bytes("hub/tiny/model.safetensors", &part)
        .file("hub/tiny/config.json", config)
        .scan();
    let found = models(&inventory);
    assert_eq!(found.iter().map(|one| one.name.as_str()).collect::<Vec<_>>(), ["tiny"]);
    assert_eq!(found[0].evidence_total, 2);
}
