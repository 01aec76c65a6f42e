//! The command line.

use clap::{Args, Parser, Subcommand};
use std::path::PathBuf;

use crate::config::Said;

/// A workspace for people who work at different times.
#[derive(Parser, Debug)]
#[command(name = "meanwhile", version, propagate_version = true)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) everywhere: Everywhere,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What every command takes.
#[derive(Args, Debug)]
#[command(next_help_heading = "Settings")]
pub(crate) struct Everywhere {
    /// The data folder [default: data]
    #[arg(long, global = true, env = "MEANWHILE_DATA", value_name = "DIR")]
    data: Option<String>,
    /// A PostgreSQL database for the records, postgres://user:password@host/name [default: a file in the data folder]
    #[arg(long, global = true, env = "MEANWHILE_DATABASE", value_name = "URL", hide_env_values = true)]
    database: Option<String>,
    /// The file with settings [default: meanwhile.toml in the data folder, if it is there]
    #[arg(long, global = true, env = "MEANWHILE_CONFIG", value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Write the result as JSON
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// The address that people use, such as https://work.example.org
    #[arg(long, global = true, env = "MEANWHILE_URL", value_name = "URL")]
    url: Option<String>,
    /// The shape of log lines: text or json [default: text]
    #[arg(long, global = true, env = "MEANWHILE_LOG", value_name = "SHAPE")]
    log: Option<String>,
    /// What is logged: error, warn, info, debug, or a filter such as info,engine=debug [default: info]
    #[arg(long, global = true, env = "MEANWHILE_LOG_LEVEL", value_name = "LEVEL")]
    log_level: Option<String>,
    /// Where to listen [default: 127.0.0.1:8600]
    #[arg(long, global = true, env = "MEANWHILE_LISTEN", value_name = "ADDR")]
    listen: Option<String>,
    /// https: certificate and key in PEM (cert.pem,key.pem), "auto" (ordered by ACME), or "local" (an authority of its own)
    #[arg(long, global = true, env = "MEANWHILE_TLS", value_name = "HOW")]
    tls: Option<String>,
    /// The directory of the authority that --tls auto asks [default: Let's Encrypt]
    #[arg(long, global = true, env = "MEANWHILE_ACME_DIRECTORY", value_name = "URL")]
    acme_directory: Option<String>,
    /// An e-mail address at which that authority may warn you
    #[arg(long, global = true, env = "MEANWHILE_ACME_CONTACT", value_name = "EMAIL")]
    acme_contact: Option<String>,
    /// Addresses that the server may ask although they are not public: addresses or ranges
    #[arg(long, global = true, env = "MEANWHILE_OUTBOUND_ALLOW", value_name = "NETS")]
    outbound_allow: Option<String>,
    /// Further authorities, in PEM, that the server believes when it asks others
    #[arg(long, global = true, env = "MEANWHILE_OUTBOUND_CA", value_name = "FILE")]
    outbound_ca: Option<String>,
    /// The relay that takes mail, smtp://host:port or smtps://user:password@host; without one no mail is sent
    #[arg(long, global = true, env = "MEANWHILE_MAIL_RELAY", value_name = "URL", hide_env_values = true)]
    mail_relay: Option<String>,
    /// From whom mail comes, such as "Meanwhile <meanwhile@example.org>"
    #[arg(long, global = true, env = "MEANWHILE_MAIL_FROM", value_name = "ADDRESS")]
    mail_from: Option<String>,
    /// Whether arrivals are shown on devices by the push services of their browsers: on or off [default: off]
    #[arg(long, global = true, env = "MEANWHILE_PUSH", value_name = "SWITCH")]
    push: Option<String>,
    /// Proxies that are believed on who is behind them: addresses or ranges, with commas between
    #[arg(long, global = true, env = "MEANWHILE_TRUST_PROXY", value_name = "NETS")]
    trust_proxy: Option<String>,
    /// Who may read /metrics without a token, besides this machine: addresses or ranges
    #[arg(long, global = true, env = "MEANWHILE_METRICS_FROM", value_name = "NETS")]
    metrics_from: Option<String>,
    /// Seconds between the signal to stop and the end, in which /readyz says that the server leaves [default: 0]
    #[arg(long, global = true, env = "MEANWHILE_DRAIN", value_name = "SECONDS")]
    drain: Option<String>,
}

impl Everywhere {
    /// The settings that were given here or in the environment.
    pub(crate) fn said(&self) -> Said {
        let all = [
            ("data", &self.data),
            ("database", &self.database),
            ("listen", &self.listen),
            ("url", &self.url),
            ("tls", &self.tls),
            ("acme_directory", &self.acme_directory),
            ("acme_contact", &self.acme_contact),
            ("outbound_allow", &self.outbound_allow),
            ("outbound_ca", &self.outbound_ca),
            ("mail_relay", &self.mail_relay),
            ("mail_from", &self.mail_from),
            ("push", &self.push),
            ("trust_proxy", &self.trust_proxy),
            ("metrics_from", &self.metrics_from),
            ("drain", &self.drain),
            ("log", &self.log),
            ("log_level", &self.log_level),
        ];
        all.into_iter().filter_map(|(name, value)| Some((name, value.clone()?))).collect()
    }
}

#[derive(Subcommand, Debug)]
pub(crate) enum Command {
    /// Run the server
    Serve,
    /// People
    #[command(subcommand)]
    Person(Person),
    /// Spaces
    #[command(subcommand)]
    Space(Space),
    /// Tokens, by which programs come in
    #[command(subcommand)]
    Token(Token),
    /// Bring in what others hold
    #[command(subcommand)]
    Import(Import),
    /// Write what people said as Markdown and JSON, to a new folder or zip file
    Export {
        /// The folder, or a name that ends in .zip
        to: PathBuf,
        /// Only this Space, by name or id
        #[arg(long)]
        space: Option<String>,
        /// Only what this person wrote and uploaded
        #[arg(long, value_name = "EMAIL", conflicts_with = "space")]
        person: Option<String>,
    },
    /// Copy everything into an empty or new folder, while the server runs
    Backup {
        /// The folder
        to: PathBuf,
    },
    /// Make a data folder from a backup; with --database, the records go into that database
    Restore {
        /// The backup
        from: PathBuf,
    },
    /// Copy everything into another folder and, with --to-database, a database, while no server runs
    Copy {
        /// The folder: an empty or a new one, or one in which such a copy was interrupted
        to: PathBuf,
        /// The PostgreSQL database that takes the records, empty or new
        #[arg(long, env = "MEANWHILE_TO_DATABASE", value_name = "URL", hide_env_values = true)]
        to_database: Option<String>,
    },
    /// Let go what is held since a restore or a copy: what was due is published
    Release,
    /// Look for what is wrong, and say what to do
    Doctor {
        /// Read every file, not a sample of them
        #[arg(long)]
        all: bool,
    },
}

#[derive(Subcommand, Debug)]
pub(crate) enum Person {
    /// Add a person, and print the link by which he or she comes in
    Add {
        /// The address
        #[arg(long)]
        email: String,
        /// How the person is called
        #[arg(long)]
        name: String,
        /// Make the person an admin of the workspace
        #[arg(long, conflicts_with = "guest")]
        admin: bool,
        /// From outside: sees only the Spaces he or she is asked into
        #[arg(long)]
        guest: bool,
    },
    /// Print a link by which a person takes a new password
    Reset {
        /// Address or id
        #[arg(value_name = "EMAIL")]
        person: String,
    },
    /// List everybody
    List,
}

#[derive(Subcommand, Debug)]
pub(crate) enum Space {
    /// Make a Space
    Add {
        /// What it is called
        #[arg(long)]
        name: String,
        /// Address or id of a member; the first is its admin [default: an admin of the workspace]
        #[arg(long = "member", value_name = "EMAIL")]
        members: Vec<String>,
        /// Let every member of the workspace join
        #[arg(long)]
        open: bool,
    },
    /// List the Spaces
    List,
}

#[derive(Subcommand, Debug)]
pub(crate) enum Token {
    /// Make a token for a person, and print it alone
    New {
        /// Address or id
        #[arg(long, value_name = "EMAIL")]
        person: String,
        /// What it is for
        #[arg(long, default_value = "command line")]
        name: String,
        /// What it may: read, write, admin, import
        #[arg(long = "scope", value_name = "SCOPES", value_delimiter = ',', default_values = ["read", "write"])]
        scopes: Vec<String>,
        /// After so many days it ends [default: never]
        #[arg(long)]
        days: Option<u32>,
    },
}

#[derive(Subcommand, Debug)]
pub(crate) enum Import {
    /// mbox archives, and folders of them
    Mbox(Mail),
    /// Maildirs, and any folders with messages in them
    Maildir(Mail),
    /// A Slack export: channels become Spaces, threads stay threads
    Slack(Slack),
    /// What "meanwhile export" wrote, here or elsewhere
    Meanwhile {
        /// The folder or zip file
        path: PathBuf,
    },
}

#[derive(Args, Debug)]
pub(crate) struct Slack {
    /// The zip file, or the folder that was in it
    pub(crate) path: PathBuf,
    /// Only say what would be made
    #[arg(long, conflicts_with = "yes")]
    pub(crate) preview: bool,
    /// Import without asking
    #[arg(long)]
    pub(crate) yes: bool,
}

#[derive(Args, Debug)]
pub(crate) struct Mail {
    /// Files and folders
    #[arg(required = true)]
    pub(crate) paths: Vec<PathBuf>,
    /// Name or id of the Space that takes them
    #[arg(long)]
    pub(crate) space: String,
    /// The admin in whose name it is done [default: the operator]
    #[arg(long = "as", value_name = "EMAIL")]
    pub(crate) by: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn every_setting_is_a_flag_and_a_variable() {
        Cli::command().debug_assert();
        for name in crate::config::KNOWN {
            let command = Cli::command();
            let arg = command.get_arguments().find(|arg| arg.get_id() == name).unwrap();
            assert_eq!(arg.get_long().unwrap(), name.replace('_', "-"));
            assert_eq!(arg.get_env().unwrap().to_str().unwrap(), format!("MEANWHILE_{}", name.to_uppercase()));
        }
    }
}
