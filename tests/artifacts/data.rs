//! Data sets, pointers, assemblies, and what of archives is looked at.

use daylight::limits::Limits;

use super::made::{self, Message, program, read, zip};
use super::tree::Tree;
use super::{assert_says, models, said, weights};

#[test]
fn parquet_tells_outer_columns_rows_and_names_of_remarks() {
    let file = made::data::parquet(&[("prompt", 0), ("turns", 2), ("list", 0)], &["library"]);
    let told = weights("d/a.parquet", &file);
    assert_says(
        &told,
        &[
            ("column", "prompt"),
            ("column", "turns"),
            ("column", "list"),
            ("columns", "3"),
            ("rows", "5"),
            ("remark", "library"),
        ],
    );
    assert!(!told.contains("never told"), "{told}");
}

#[test]
fn a_footer_that_lies_is_told() {
    let good = made::data::parquet(&[("a", 0)], &[]);
    let at = good.len() - 8;
    for length in [u32::MAX, 1 << 20, u32::try_from(good.len()).expect("small") - 11] {
        let mut lying = good.clone();
        lying[at..at + 4].copy_from_slice(&length.to_le_bytes());
        let read = read("d/a.parquet", &lying).expect("claimed");
        assert!(read.outcome.is_err() && read.facts.is_empty(), "{length}: {:?}", read.facts);
    }
    let nested = [&b"PAR1\x15\0"[..], &[0x1C; 4000], &4002u32.to_le_bytes(), b"PAR1"].concat();
    assert!(read("d/a.parquet", &nested).expect("claimed").outcome.is_err());
    let endless = [&b"PAR1\x19\xFC\xFF\xFF\xFF\xFF\x0F"[..], &7u32.to_le_bytes(), b"PAR1"].concat();
    assert!(read("d/a.parquet", &endless).expect("claimed").outcome.is_err());
}

#[test]
fn arrow_tells_columns_of_files_and_of_streams() {
    let stream = made::data::arrow_stream();
    let told = weights("d/a.arrow", &stream);
    assert_says(&told, &[("column", "input_ids"), ("columns", "1")]);
    let file = [&b"ARROW1\0\0"[..], &stream].concat();
    assert_says(&weights("d/a.bin", &file), &[("column", "input_ids")]);
    // A stream has no mark that others have not: its name must promise one.
    assert!(read("d/a.bin", &stream).is_none());
    let mut lying = stream;
    lying[4..8].copy_from_slice(&i32::MAX.to_le_bytes());
    assert!(read("d/a.arrow", &lying).expect("claimed").outcome.is_err());
    assert!(read("d/a.feather", b"ARROW1\0\0").expect("claimed").outcome.is_err());
}

#[test]
fn tfrecord_tells_names_of_features_and_events_are_no_data() {
    let value = Message::new().blob(1, &Message::new().text(1, "secret").0);
    let entry = Message::new().text(1, "image/encoded").blob(2, &value.0);
    let example = Message::new().blob(1, &Message::new().blob(1, &entry.0).0);
    let told = weights("d/train-00000-of-00001", &made::data::record(&example.0));
    assert_says(&told, &[("column", "image/encoded"), ("columns", "1")]);
    assert!(!told.contains("secret"), "{told}");
    let event = [&b"\x09\0\0\0\0\0\0\xF0\x3F"[..], b"\x1a\x01x"].concat();
    assert!(weights("runs/x", &made::data::record(&event)).contains("tf-events"));
    let cut = &made::data::record(&example.0)[..30];
    assert!(read("d/a", cut).expect("claimed").outcome.is_err());
}

#[test]
fn records_that_are_no_examples_tell_no_word_of_what_they_hold() {
    let list = |kind: u64, text: &str| Message::new().blob(kind, &Message::new().text(1, text).0);
    let entry = |name: &str, value: &Message| Message::new().text(1, name).blob(2, &value.0);
    let example = |entries: &[Message]| {
        let map = entries.iter().fold(Message::new(), |map, one| map.blob(1, &one.0));
        Message::new().blob(1, &map.0)
    };
    let good = || entry("image", &list(1, "x"));
    let words = "where do I hide money";
    let others = [
        // examples in a list, as rankings have them
        Message::new().blob(1, &example(&[entry(words, &list(1, words))]).0),
        // messages with a text, without a value or with one of another kind
        example(&[good(), Message::new().text(1, words)]),
        example(&[good(), Message::new().text(1, words).text(2, "an answer")]),
        example(&[good(), entry(words, &list(4, "x"))]),
        example(&[good(), entry(&format!("{words}\n"), &list(1, "x"))]),
        example(&[good(), entry(&words.repeat(20), &list(1, "x"))]),
        // one behind the other
        Message::new()
            .blob(1, &Message::new().blob(1, &entry(words, &list(1, "x")).0).0)
            .blob(1, &Message::new().blob(1, &good().0).0),
    ];
    for (nth, record) in others.iter().enumerate() {
        let told = weights("d/train-00000-of-00001", &made::data::record(&record.0));
        assert_says(&told, &[("type", "other")]);
        assert!(!told.contains("hide") && !told.contains("column"), "{nth}: {told}");
    }
    let numbers = Message::new().blob(3, &Message::new().text(1, "\u{1}").0);
    let told = weights("d/a", &made::data::record(&example(&[good(), entry("label", &numbers)]).0));
    assert_says(&told, &[("column", "image"), ("column", "label"), ("columns", "2")]);
}

#[test]
fn a_network_without_an_identifier_is_told_by_its_root_table() {
    let file = made::data::network();
    assert_says(&weights("m/a.mnn", &file), &[("converted-from", "onnx")]);
    assert!(read("m/a.dat", &file).is_none());
    let other = b"\x0c\0\0\0\0\0\x06\0\x08\0\x07\0\x06\0\0\0\0\0\0\x01";
    assert!(said("m/b.mnn", other).is_empty());
}

#[test]
fn what_a_data_versioning_tool_tracks_is_told_by_its_path() {
    let pointer = "outs:\n- md5: a304afb9\n  size: 144\n  hash: md5\n  path: churn.onnx\n";
    let told = weights("m/churn.onnx.dvc", pointer.as_bytes());
    assert!(told.contains("\"name\":\"churn\""), "{told}");
    assert_says(&told, &[("pointer", "dvc"), ("bytes", "144")]);
    let lock = "schema: '2.0'\nstages:\n  train:\n    cmd: x\n    deps:\n    - path: old.onnx\n    outs:\n    - path: out/model.safetensors\n      md5: b\n      size: 7\n    - path: log.csv\n";
    assert!(weights("dvc.lock", lock.as_bytes()).contains("safetensors"));
    assert!(said("data.dvc", b"outs:\n- md5: c.dir\n  path: data\n").is_empty());
    assert!(said("empty.dvc", b"").is_empty());
    let broken = read("m/a.onnx.dvc", b"outs:\n- path: a.onnx\n  md5: [\n").expect("claimed");
    assert!(broken.outcome.is_err());
    let inventory = Tree::new().file("m/churn.onnx.dvc", pointer).scan();
    let names: Vec<&str> = models(&inventory).iter().map(|one| one.name.as_str()).collect();
    assert_eq!(names, ["churn"]);
}

#[test]
fn an_assembly_tells_what_it_refers_to() {
    let file =
        made::data::assembly(&[("Foo.Scoring", [3, 0, 1, 0]), ("System.Runtime", [8, 0, 0, 0])]);
    let facts = said("bin/app.dll", &file).join("\n");
    for part in [
        r#""ecosystem":"nuget","name":"Foo.Scoring","version":"3.0.1.0","resolved":true"#,
        r#""name":"System.Runtime","version":"8.0.0.0""#,
    ] {
        assert!(facts.contains(part), "{part}\n{facts}");
    }
    for end in (64..file.len()).step_by(5) {
        read("bin/app.dll", &file[..end]);
    }
    let mut lost = file.clone();
    let at = lost.windows(4).position(|four| four == b"BSJB").expect("there");
    lost[at] = b'X';
    let told = read("bin/app.dll", &lost).expect("claimed");
    assert!(told.notes.iter().any(|note| note.contains("referred assemblies")), "{:?}", told.notes);
}

#[test]
fn a_program_in_an_archive_is_read_by_its_folder_and_a_large_one_to_where_it_is_held() {
    let file = program(&["libonnxruntime.so.1"], &["OrtGetApiBase"], &["x"]);
    let places = |name: &str, limits: Limits| {
        let packed = zip(&[(name, &file)]);
        let inventory =
            Tree::new().bytes("a.zip", &packed).scan_with(|request| request.limits = limits);
        let problems: Vec<String> =
            inventory.coverage.problems.iter().map(|one| one.code.clone()).collect();
        (inventory.components.len(), problems)
    };
    let limits = Limits::default;
    assert_eq!(places("x/bin/scorer", limits()), (1, vec![]));
    assert_eq!(places("x/doc/scorer", limits()), (0, vec![]));
    let mut small = limits();
    small.member_bytes = file.len() - 1;
    assert_eq!(places("x/libonnxruntime.so.1", small), (1, vec!["truncated".to_owned()]));
}

#[test]
fn a_cut_program_in_a_folder_named_like_a_library_is_none() {
    let file = program(&[], &[], &["x"]);
    let cut = |path: &str| read(path, &file[..file.len() / 2]).expect("claimed").facts.join("\n");
    for path in ["x/libonnxruntime.so", "x/libonnxruntime.so.1"] {
        assert!(cut(path).contains("onnxruntime"), "{path}");
    }
    for path in ["x.so/libonnxruntime", "x.so.d/libonnxruntime", "x/libonnxruntime.sock"] {
        assert!(!cut(path).contains("onnxruntime"), "{path}: {}", cut(path));
    }
}

#[test]
fn a_compressed_pickle_without_a_nul_is_read() {
    use std::io::Write;
    // Of the second protocol, whose frames say no length of eight bytes.
    let pickle: &[u8] = b"\x80\x02csklearn.svm._classes\nSVC\nq\x01)\x81q\x02.";
    let deflated = |behind: u8| {
        let mut packed = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
        // Bytes that take nine bits move the end, which is seven zeros.
        let behind: Vec<u8> = (0x90..=behind).collect();
        packed.write_all(&[pickle, &behind].concat()).expect("memory");
        packed.finish().expect("memory")
    };
    let packed =
        (0x90..=255).map(deflated).find(|packed| !packed.contains(&0)).expect("one without");
    assert!(weights("m/clf.joblib", &packed).contains("sklearn"));
    assert!(read("m/notes.txt", b"x^2 is a square").is_none());
}
