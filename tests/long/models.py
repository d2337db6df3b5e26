"""Model files and data sets, each made by the library whose format it is.

Called by `run`'s Python; `make(folder)` fills a folder. Nothing is downloaded,
nothing is trained for longer than a second.
"""

import contextlib
import io
import logging
import os
import pathlib
import warnings

os.environ["KERAS_BACKEND"] = "openvino"  # keras asks for a backend before it builds anything
os.environ["MLFLOW_TRACKING_URI"] = "file:unused"

import numpy as np

warnings.filterwarnings("ignore")
logging.disable(logging.WARNING)
DATA = np.random.default_rng(0).random((40, 4)).astype("float32")
LABELS = (DATA[:, 0] > 0.5).astype("int32")


def onnx(folder):
    import onnx
    from onnx import TensorProto, helper

    weight = helper.make_tensor("w", TensorProto.FLOAT, [4, 2], [0.5] * 8)
    graph = helper.make_graph(
        [helper.make_node("MatMul", ["x", "w"], ["y"])],
        "scorer",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 4])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [1, 2])],
        [weight],
    )
    opset = [helper.make_opsetid("", 17)]
    model = helper.make_model(graph, producer_name="onnx-example", opset_imports=opset)
    onnx.save(model, folder / "scorer.onnx")


def scikit_learn(folder):
    import pickle

    import joblib
    import skops.io
    from sklearn.linear_model import LogisticRegression
    from sklearn.svm import SVC

    model = LogisticRegression().fit(DATA, LABELS)
    joblib.dump(model, folder / "logistic.joblib")
    joblib.dump(model, folder / "logistic-packed.joblib", compress=3)
    (folder / "svm.pkl").write_bytes(pickle.dumps(SVC().fit(DATA, LABELS)))
    skops.io.dump(model, folder / "logistic.skops")


def safetensors(folder):
    from safetensors.numpy import save_file

    save_file({"a.weight": DATA}, folder / "model.safetensors", metadata={"format": "np"})


def boosted(folder):
    import catboost
    import lightgbm
    import xgboost

    matrix = xgboost.DMatrix(DATA, LABELS)
    booster = xgboost.train({"objective": "binary:logistic", "max_depth": 2}, matrix, 2)
    booster.save_model(folder / "risk.json")
    booster.save_model(folder / "risk.ubj")
    settings = {"objective": "binary", "min_data_in_leaf": 2, "verbosity": -1}
    lightgbm.train(settings, lightgbm.Dataset(DATA, LABELS), 2).save_model(folder / "churn.txt")
    model = catboost.CatBoostClassifier(iterations=2, allow_writing_files=False, verbose=False)
    model.fit(DATA, LABELS).save_model(str(folder / "fraud.cbm"))


def keras(folder):
    import keras

    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2), keras.layers.ReLU()])
    model.save(folder / "dense.keras")
    model.save(folder / "dense.h5")


def gguf(folder):
    import gguf

    writer = gguf.GGUFWriter(folder / "tiny.gguf", "llama")
    writer.add_name("Tiny Llama")
    writer.add_license("apache-2.0")
    writer.add_context_length(2048)
    writer.add_tensor("token_embd.weight", DATA)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def core_ml(folder):
    import coremltools
    from coremltools.converters.mil import Builder

    @Builder.program(input_specs=[Builder.TensorSpec(shape=(1, 4))])
    def program(x):
        return Builder.relu(x=x)

    model = coremltools.convert(program, convert_to="mlprogram", skip_model_load=True)
    model.author = "Example"
    model.save(str(folder / "relu.mlpackage"))


def openvino(folder):
    import openvino
    from openvino import opset13

    given = opset13.parameter([1, 4], np.float32, name="x")
    model = openvino.Model([opset13.relu(given)], [given], "relu")
    openvino.save_model(model, folder / "relu.xml")


def tflite(folder):
    import flatbuffers
    import tflite

    builder = flatbuffers.Builder(256)
    about = builder.CreateString("made by hand")
    tflite.ModelStart(builder)
    tflite.ModelAddVersion(builder, 3)
    tflite.ModelAddDescription(builder, about)
    builder.Finish(tflite.ModelEnd(builder), file_identifier=b"TFL3")
    (folder / "gesture.tflite").write_bytes(builder.Output())


def spacy(folder):
    import spacy

    language = spacy.blank("en")
    language.add_pipe("sentencizer")
    language.to_disk(folder / "pipeline")


def word_vectors(folder):
    import floret

    text = folder / "text.txt"
    text.write_text("one two three four five six seven eight nine ten\n" * 50, encoding="utf-8")
    settings = {"dim": 8, "epoch": 1, "minCount": 1, "bucket": 100, "verbose": 0}
    floret.train_unsupervised(str(text), **settings).save_model(str(folder / "words.bin"))
    text.unlink()


def mnn(folder):
    import subprocess
    import sys

    onnx(folder)
    tool = pathlib.Path(sys.executable).with_name("mnnconvert")
    files = ["--modelFile", folder / "scorer.onnx", "--MNNModel", folder / "scorer.mnn"]
    subprocess.run([tool, "-f", "ONNX", *files, "--bizCode", "x"], check=True, stdout=subprocess.DEVNULL)
    (folder / "scorer.onnx").unlink()


def vector_indexes(folder):
    import faiss
    from usearch.index import Index

    flat = faiss.IndexFlatL2(4)
    flat.add(DATA)
    faiss.write_index(flat, str(folder / "documents.faiss"))
    index = Index(ndim=4)
    index.add(np.arange(len(DATA)), DATA)
    index.save(str(folder / "documents.usearch"))


def pmml(folder):
    from nyoka import skl_to_pmml
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import Pipeline

    pipeline = Pipeline([("model", LogisticRegression())]).fit(DATA, LABELS)
    columns = ["a", "b", "c", "d"]
    skl_to_pmml(pipeline, columns, "label", str(folder / "credit.pmml"))


def tracked(folder):
    import mlflow.pyfunc

    class Constant(mlflow.pyfunc.PythonModel):
        def predict(self, context, model_input, params=None):
            return 1

    mlflow.pyfunc.save_model(folder / "tracked", python_model=Constant())


def records(folder):
    """By a package that frames them itself: TensorFlow has half a gigabyte."""
    from tfrecord.writer import TFRecordWriter

    writer = TFRecordWriter(str(folder / "digits.tfrecord"))
    writer.write({"image/encoded": (b"x" * 16, "byte"), "label": (3, "int")})
    writer.close()


def data_sets(folder):
    import pyarrow
    import pyarrow.feather
    import pyarrow.parquet

    columns = {"prompt": ["one", "two"], "completion": ["three", "four"], "score": [1, 2]}
    table = pyarrow.table(columns)
    pyarrow.parquet.write_table(table, folder / "chats.parquet")
    pyarrow.feather.write_feather(table, folder / "chats.feather")
    with pyarrow.OSFile(str(folder / "chats.arrows"), "wb") as sink:
        with pyarrow.ipc.new_stream(sink, table.schema) as writer:
            writer.write_table(table)
    records(folder)
    plain = pyarrow.table({"order_id": [1, 2], "price": [3.5, 4.5]})
    pyarrow.parquet.write_table(plain, folder / "orders.parquet")


MAKERS = [
    onnx, scikit_learn, safetensors, boosted, keras, gguf, core_ml, openvino, tflite, spacy,
    word_vectors, mnn, vector_indexes, pmml, tracked, data_sets,
]


def make(folder):
    """Has every library write what it writes, each into a folder of its own."""
    for maker in MAKERS:
        place = pathlib.Path(folder) / maker.__name__.replace("_", "-")
        place.mkdir(parents=True)
        # Libraries talk; what goes wrong is an exception.
        with contextlib.redirect_stderr(io.StringIO()):
            maker(place)
