//! tool server declarations of MCP clients (`mcpServers` and siblings)
use crate::extract::{Content, ExtractError, Extractor, Gate, Interest, Sink};

/// tool server declarations of MCP clients (`mcpServers` and siblings)
#[derive(Debug)]
pub struct ToolServers;

impl Extractor for ToolServers {
    fn id(&self) -> &'static str {
        "tool-servers"
    }

    fn about(&self) -> &'static str {
        "tool server declarations of MCP clients (`mcpServers` and siblings)"
    }

    fn interest(&self) -> Interest {
        Interest {
            names: &[
                ".mcp.json",
                "mcp.json",
                "mcp_config.json",
                "claude_desktop_config.json",
                "cline_mcp_settings.json",
            ],
            globs: &[
                ".vscode/mcp.json",
                ".cursor/mcp.json",
                ".claude/settings*.json",
                ".gemini/settings.json",
                ".codex/config.toml",
            ],
            extensions: &[],
            gate: Gate::Open,
        }
    }

    fn extract(&self, _content: &Content<'_>, _sink: &mut dyn Sink) -> Result<(), ExtractError> {
        Ok(())
    }
}
