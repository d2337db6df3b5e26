"""Programs, packages and an image, built here by the tools of their languages.

`make(folder, work)` fills a folder; `work` keeps what was downloaded or built
for the next time. A tool that cannot be had is an error: nothing is skipped.
"""

import gzip
import hashlib
import io
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tarfile
import textwrap
import zipfile

TOOLS = pathlib.Path(sys.executable).parent


def run(*command, cwd=None, **env):
    words = [str(word) for word in command]
    done = subprocess.run(
        words, cwd=cwd, env={**os.environ, **env}, stdin=subprocess.DEVNULL, capture_output=True, text=True
    )
    if done.returncode:
        sys.exit(f"{' '.join(words)} failed:\n{done.stdout}{done.stderr}")
    return done.stdout


def write(folder, files):
    for name, text in files.items():
        place = pathlib.Path(folder) / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(textwrap.dedent(text).lstrip("\n"), encoding="utf-8")


def zipped(place, members):
    """A zip whose bytes depend on its members only."""
    place.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(place, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name), content)


def packages(folder, work):
    """What is published, as it is published."""
    listed = pathlib.Path(__file__).with_name("packages.txt").read_text(encoding="utf-8")
    for line in listed.splitlines():
        if not line or line.startswith("#"):
            continue
        kind, name, version, *words = line.split()
        place = work / "packages" / f"{name.replace('/', '+')}-{version}"
        if not any(place.glob("*")):
            place.mkdir(parents=True, exist_ok=True)
            if kind == "pypi":
                wanted = ["--quiet", "--no-deps", f"{name}=={version}"]
                run(sys.executable, "-m", "pip", "download", *wanted, *words, cwd=place)
            else:
                run("npm", "pack", "--silent", f"{name}@{version}", cwd=place)
        folder.mkdir(parents=True, exist_ok=True)
        for file in place.iterdir():
            os.link(file, folder / file.name)


def torch_metadata(folder, work):
    """What a wheel of 800 MB says of itself: asked for without the wheel."""
    place = work / "torch.json"
    if not place.exists():
        # The directory and one member of the wheel are fetched, not the wheel.
        wanted = ["--quiet", "--use-feature=fast-deps", "--dry-run", "--ignore-installed", "--no-deps", "torch==2.9.1"]
        run(sys.executable, "-m", "pip", "install", *wanted, "--report", place)
    said = json.loads(place.read_text(encoding="utf-8"))["install"][0]["metadata"]
    lines = ["Metadata-Version: 2.1", f"Name: {said['name']}", f"Version: {said['version']}"]
    lines += [f"Requires-Dist: {required}" for required in said.get("requires_dist", [])]
    name = f"torch-{said['version']}.dist-info/METADATA"
    write(folder / "site-packages", {name: "\n".join(lines) + "\n"})


def go(folder, work):
    """A program with a known module, for which a stub of the same name stands in."""
    source = work / "go"
    shutil.rmtree(source, ignore_errors=True)
    module = "github.com/sashabaranov/go-openai"
    write(source, {
        "go.mod": f"""
            module example.com/answers

            go 1.21

            require {module} v1.36.0

            replace {module} => ./stub
            """,
        "main.go": f"""
            package main

            import "{module}"

            func main() {{ println(openai.Name()) }}
            """,
        "stub/go.mod": f"module {module}\n\ngo 1.21\n",
        "stub/stub.go": 'package openai\n\nfunc Name() string { return "stub" }\n',
    })
    folder.mkdir(parents=True)
    offline = {"GOPROXY": "off", "GOTOOLCHAIN": "local", "CGO_ENABLED": "0", "GOFLAGS": "-mod=mod"}
    for name, target in [("answers", ("linux", "amd64")), ("answers.exe", ("windows", "amd64")),
                         ("answers-mac", ("darwin", "arm64"))]:
        system, machine = target
        run(TOOLS / "go", "build", "-trimpath", "-ldflags=-s -w", "-o", folder / name, ".",
            cwd=source, GOOS=system, GOARCH=machine, GOCACHE=str(work / "go-cache"),
            GOPATH=str(work / "go-path"), **offline)


def rust(folder, work):
    """A program that carries the list of its packages."""
    tool = work / "cargo" / "bin" / "cargo-auditable"
    if not tool.exists():
        run("cargo", "install", "--locked", "--quiet", "--root", work / "cargo", "cargo-auditable@0.7.7",
            CARGO_TARGET_DIR=str(work / "cargo-build"))
        shutil.rmtree(work / "cargo-build")
    source = work / "rust"
    write(source, {
        "Cargo.toml": """
            [package]
            name = "grouping"
            version = "0.1.0"
            edition = "2021"

            [dependencies]
            smartcore = { version = "=0.4.2", default-features = false }

            [workspace]
            """,
        "src/main.rs": """
            use smartcore::linalg::basic::matrix::DenseMatrix;
            use smartcore::linear::linear_regression::LinearRegression;

            fn main() {
                let x = DenseMatrix::from_2d_array(&[&[1.0f64], &[2.0], &[4.0]]).unwrap();
                let y = vec![1.0f64, 2.0, 4.0];
                let model = LinearRegression::fit(&x, &y, Default::default()).unwrap();
                println!("{:?}", model.predict(&x).unwrap());
            }
            """,
    })
    run(tool, "auditable", "build", "--quiet", cwd=source, CARGO_TARGET_DIR=str(work / "rust-build"))
    folder.mkdir(parents=True)
    shutil.copy(work / "rust-build" / "debug" / "grouping", folder / "grouping")


def java(folder, work):
    """A jar of a service, with its libraries in it, and one that carries none."""
    source = work / "java"
    shutil.rmtree(source, ignore_errors=True)
    properties = "META-INF/maven/dev.langchain4j/langchain4j-open-ai/pom.properties"
    write(source, {
        "library/dev/langchain4j/model/openai/OpenAiChatModel.java": """
            package dev.langchain4j.model.openai;

            public class OpenAiChatModel { public String chat(String said) { return said; } }
            """,
        f"library/{properties}": """
            groupId=dev.langchain4j
            artifactId=langchain4j-open-ai
            version=1.0.1
            """,
        "service/com/example/Main.java": """
            package com.example;

            public class Main {
                public static void main(String[] words) {
                    System.out.println(new dev.langchain4j.model.openai.OpenAiChatModel().chat("x"));
                }
            }
            """,
        "plain/com/example/Plain.java": "package com.example;\n\npublic class Plain { }\n",
    })
    for part in ["library", "service", "plain"]:
        files = sorted((source / part).rglob("*.java"))
        place = source / f"{part}-classes"
        run("javac", "-cp", source / "library-classes", "-d", place, *files)
    shutil.copytree(source / "library" / "META-INF", source / "library-classes" / "META-INF")
    boot = source / "boot"
    shutil.copytree(source / "service-classes", boot / "BOOT-INF" / "classes")
    (boot / "BOOT-INF" / "lib").mkdir()
    folder.mkdir(parents=True)
    library = boot / "BOOT-INF" / "lib" / "langchain4j-open-ai-1.0.1.jar"
    run("jar", "--create", "--file", library, "-C", source / "library-classes", ".")
    run("jar", "--create", "--no-compress", "--file", folder / "service.jar", "-C", boot, ".")
    run("jar", "--create", "--file", folder / "plain.jar", "-C", source / "plain-classes", ".")


def dotnet(folder, work):
    """A package that needs another, and a program with the list of what it is made of."""
    nuspec = """<?xml version="1.0"?>
        <package xmlns="http://schemas.microsoft.com/packaging/2013/05/nuspec.xsd"><metadata>
        <id>Example.Scoring</id><version>1.2.0</version><authors>example</authors>
        <description>scores</description>
        <dependencies><dependency id="Microsoft.ML" version="3.0.1" /></dependencies>
        </metadata></package>
        """
    libraries = {
        "Example.Chat/1.0.0": {"dependencies": {"OpenAI": "2.1.0"}, "runtime": {"Example.Chat.dll": {}}},
        "OpenAI/2.1.0": {"runtime": {"lib/net8.0/OpenAI.dll": {"assemblyVersion": "2.1.0.0"}}},
    }
    target = ".NETCoreApp,Version=v8.0"
    kinds = {name: {"type": "package", "serviceable": True, "sha512": ""} for name in libraries}
    deps = {"runtimeTarget": {"name": target}, "targets": {target: libraries}, "libraries": kinds}
    zipped(folder / "example.scoring.1.2.0.nupkg", {"Example.Scoring.nuspec": nuspec})
    write(folder / "publish", {"Example.Chat.deps.json": json.dumps(deps, indent=2)})
    # Assemblies that refer to others, from a package that has such.
    for wheel in (work / "packages").glob("nimbusml-*/*.whl"):
        with zipfile.ZipFile(wheel) as archive:
            for name in ["Microsoft.ML.LightGbm.dll", "DotNetBridge.dll"]:
                member = next(one for one in archive.namelist() if one.endswith("/" + name))
                (folder / "publish" / name).write_bytes(archive.read(member))


def electron(folder, work):
    """The archive of a desktop program with a real package in it."""
    source = work / "electron"
    if not (source / "node_modules").exists():
        write(source, {"package.json": '{"name": "tools", "private": true}\n'})
        run("npm", "install", "--silent", "--ignore-scripts", "@electron/asar@3.4.1", cwd=source)
    app = work / "electron-app"
    if not (app / "node_modules").exists():
        write(app, {
            "package.json": '{"name": "desk", "main": "main.js", "dependencies": {"openai": "7.57.0"}}\n',
            "main.js": 'const OpenAI = require("openai");\nmodule.exports = new OpenAI();\n',
        })
        run("npm", "install", "--silent", "--ignore-scripts", cwd=app)
    resources = folder / "resources"
    resources.mkdir(parents=True)
    run(source / "node_modules" / ".bin" / "asar", "pack", app, resources / "app.asar")


def layer(files):
    """A layer, packed: its bytes depend on its files only."""
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb", mtime=0) as stream:
        with tarfile.open(fileobj=stream, mode="w") as tar:
            for name, content in files.items():
                entry = tarfile.TarInfo(name)
                entry.size = len(content)
                tar.addfile(entry, io.BytesIO(content.encode()))
    return packed.getvalue()


def image(folder, work):
    """An image of three layers: a system, packages, and one that takes some away."""
    site = "usr/local/lib/python3.12/site-packages"

    def installed(name, version):
        return f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"

    layers = [
        layer({"var/lib/dpkg/status": "Package: tesseract-ocr\nStatus: install ok installed\nVersion: 5.3.0-2\n"
               "Architecture: amd64\nDescription: reads text in pictures\n\n"}),
        layer({
            f"{site}/openai-1.51.0.dist-info/METADATA": installed("openai", "1.51.0"),
            f"{site}/anthropic-0.34.0.dist-info/METADATA": installed("anthropic", "0.34.0"),
            "app/node_modules/ollama/package.json": '{"name": "ollama", "version": "0.5.9"}',
            "app/main.py": "import openai\n\nprint(openai.OpenAI().models.list())\n",
        }),
        layer({f"{site}/.wh.anthropic-0.34.0.dist-info": ""}),
    ]

    def digest(content):
        return hashlib.sha256(content).hexdigest()

    config = json.dumps({
        "architecture": "amd64", "os": "linux",
        "config": {
            "Env": ["PATH=/usr/bin", "MISTRAL_API_KEY=", "OPENAI_BASE_URL=https://api.openai.com/v1"],
            "Entrypoint": ["python", "/app/main.py"],
        },
        "rootfs": {"type": "layers", "diff_ids": [f"sha256:{digest(gzip.decompress(one))}" for one in layers]},
    }).encode()
    types = "application/vnd.oci.image"

    def entry(kind, content):
        return {"mediaType": f"{types}.{kind}", "digest": f"sha256:{digest(content)}", "size": len(content)}

    manifest = json.dumps({
        "schemaVersion": 2, "mediaType": f"{types}.manifest.v1+json",
        "config": entry("config.v1+json", config),
        "layers": [entry("layer.v1.tar+gzip", one) for one in layers],
    }).encode()
    index = json.dumps({"schemaVersion": 2, "manifests": [entry("manifest.v1+json", manifest)]}).encode()
    saved = json.dumps([{
        "Config": f"{digest(config)}.json", "RepoTags": ["answers:1"],
        "Layers": [f"{digest(one)}/layer.tar" for one in layers],
    }]).encode()
    layout = {"oci-layout": b'{"imageLayoutVersion": "1.0.0"}', "index.json": index}
    layout |= {f"blobs/sha256/{digest(one)}": one for one in [manifest, config, *layers]}
    docker = {f"{digest(one)}/layer.tar": gzip.decompress(one) for one in layers}
    docker |= {f"{digest(config)}.json": config, "manifest.json": saved}
    folder.mkdir(parents=True)
    for name, members in [("layout.tar", layout), ("saved.tar", docker)]:
        with tarfile.open(folder / name, "w") as tar:
            for member, content in members.items():
                about = tarfile.TarInfo(member)
                about.size = len(content)
                tar.addfile(about, io.BytesIO(content))


MAKERS = [packages, torch_metadata, go, rust, java, dotnet, electron, image]


def make(folder, work):
    """Has every tool build what it builds, each into a folder of its own."""
    for maker in MAKERS:
        maker(pathlib.Path(folder) / maker.__name__.replace("_", "-"), pathlib.Path(work))
