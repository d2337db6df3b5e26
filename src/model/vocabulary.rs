//! The closed word lists: same word in code, TOML, JSON, CLI and docs.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A closed list of words with a `word()` per variant and a list of all.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($variant:ident => $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
        )]
        #[allow(missing_docs)] // each word stands for itself; docs/vocabulary explains them
        pub enum $name {
            $(#[serde(rename = $word)] $variant),+
        }

        impl $name {
            /// Every word of the list, in its order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word used everywhere a person or a program reads it.
            #[must_use]
            pub fn word(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
        }
    };
}

words! {
    /// What a product is within an AI system.
    Role {
        ProviderApi => "provider-api",
        Gateway => "gateway",
        Sdk => "sdk",
        Framework => "framework",
        Agent => "agent",
        AgentProtocol => "agent-protocol",
        AgentTool => "agent-tool",
        ModelRuntime => "model-runtime",
        Training => "training",
        Mlops => "mlops",
        EvalObservability => "eval-observability",
        Guardrail => "guardrail",
        VectorStore => "vector-store",
        ModelArtifact => "model-artifact",
        Dataset => "dataset",
        CodingAssistant => "coding-assistant",
        AppBuilder => "app-builder",
        SaasFeature => "saas-feature",
        LowCode => "low-code",
        ClassicalMl => "classical-ml",
        Accelerator => "accelerator",
        Model => "model",
        McpServer => "mcp-server",
        Prompt => "prompt",
    }
}

words! {
    /// What a product can do.
    Capability {
        TextGen => "text-gen",
        CodeGen => "code-gen",
        Embeddings => "embeddings",
        Rerank => "rerank",
        Vision => "vision",
        Ocr => "ocr",
        ImageGen => "image-gen",
        VideoGen => "video-gen",
        SpeechToText => "speech-to-text",
        TextToSpeech => "text-to-speech",
        Translation => "translation",
        TabularMl => "tabular-ml",
        Forecasting => "forecasting",
        Recommendation => "recommendation",
        Anomaly => "anomaly",
        Reinforcement => "reinforcement",
        BiometricIdentification => "biometric-identification",
        BiometricCategorisation => "biometric-categorisation",
        EmotionRecognition => "emotion-recognition",
        Moderation => "moderation",
        Agent => "agent",
        ToolUse => "tool-use",
        Rag => "rag",
        Orchestration => "orchestration",
        Inference => "inference",
        DeepLearning => "deep-learning",
        CodeReview => "code-review",
    }
}

words! {
    /// Where data goes when the product is used.
    Egress {
        ThirdParty => "third-party",
        SelfHosted => "self-hosted",
        Local => "local",
        BuildTime => "build-time",
        Depends => "depends",
        None => "none",
    }
}

words! {
    /// Which part of a model's life a product or a call belongs to.
    Lifecycle {
        Training => "training",
        FineTuning => "fine-tuning",
        Inference => "inference",
        Both => "both",
        Tooling => "tooling",
    }
}

words! {
    /// How strongly one match speaks: A proves alone, B needs a second,
    /// different kind of evidence, C is a hint and never shown alone.
    Tier { A => "A", B => "B", C => "C" }
}

words! {
    /// What a match proves.
    Proves { Use => "use", Present => "present", Mention => "mention" }
}

words! {
    /// Power that a setting gives to a tool.
    Grant {
        ActsWithoutAsking => "acts-without-asking",
        RunsCommands => "runs-commands",
        ReachesNetwork => "reaches-network",
    }
}

words! {
    /// What a tool server can get at on behalf of a model.
    Reach {
        Files => "files",
        Network => "network",
        Shell => "shell",
    }
}

words! {
    /// The kind of match behind a piece of evidence: the signature's block.
    Technique {
        Package => "package",
        Import => "import",
        Call => "call",
        Host => "host",
        Env => "env",
        Model => "model",
        Image => "image",
        File => "file",
        Setting => "setting",
        Server => "server",
        Key => "key",
        Edge => "edge",
        Resource => "resource",
        Permission => "permission",
        Commit => "commit",
        Library => "library",
        Symbol => "symbol",
        Mark => "mark",
        Weights => "weights",
        App => "app",
        Licence => "licence",
        Extension => "extension",
        Program => "program",
        Service => "service",
        Traffic => "traffic",
    }
}

words! {
    /// What the evidence says about use, weakest first.
    Usage {
        Offered => "offered",
        Locked => "locked",
        Declared => "declared",
        Configured => "configured",
        Imported => "imported",
        Called => "called",
    }
}
