//! What is told outside: rows that were written with what they are about become mail and pushes, each in the hours of
//! whom they are for, and each as often as it takes until the other side has said yes. It knows no protocol of the world:
//! a [`Courier`] carries.

mod answering;
mod arrived;
mod carry;
mod keys;
mod parcels;
mod plan;
mod rows;
mod seal;
mod signed;

pub use answering::{Answered, NoAnswer, Question};
pub(crate) use arrived::Reader;
pub use arrived::{Arrivals, Asking, Thing};
pub(crate) use carry::run;
pub use carry::{Outside, Trouble};
pub(crate) use keys::invitation_bytes;
pub(crate) use rows::{How, invite, tell};

use futures_util::future::BoxFuture;
use jmap::{Id, UtcDate};

use crate::Engine;

/// What a courier carries. Each has a name of its own that stays the same however often it is tried.
#[derive(Clone, Debug)]
pub enum Parcel {
    /// What arrived, by mail.
    Mail {
        /// Its name.
        name: String,
        /// Where to.
        to: String,
        /// What it says.
        arrivals: Arrivals,
        /// With it the person turns such mail off, without signing in.
        off: String,
    },
    /// The link by which somebody comes in, by mail.
    Invitation {
        /// Its name.
        name: String,
        /// Where to.
        to: String,
        /// What it says.
        invitation: Invitation,
    },
    /// What arrived, on a device.
    Push {
        /// Where to.
        device: Device,
        /// What it says.
        arrivals: Arrivals,
    },
}

/// A link by which somebody comes in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invitation {
    /// The secret of the link.
    pub secret: String,
    /// Somebody who lost the password, and is not new.
    pub is_reset: bool,
    /// How the person is called.
    pub person: String,
    /// The admin who made it.
    pub by: String,
    /// What the workspace is called.
    pub workspace: String,
    /// When it was made.
    pub made_at: UtcDate,
    /// Until when it works.
    pub expires_at: UtcDate,
    /// Of the person, if it is known, else of the admin; BCP 47.
    pub language: String,
}

/// A device on which arrivals are shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Device {
    /// Its subscription.
    pub id: Id,
    /// The address at its push service.
    pub url: String,
    /// Its public key, in base64url.
    pub p256dh: String,
    /// The secret that it shares with this server, in base64url.
    pub auth: String,
    /// It shows nothing of what was written.
    pub hides_content: bool,
    /// By this pushes of the same thing are one.
    pub topic: String,
    /// The key by which push services know this server: 32 bytes.
    pub key: [u8; 32],
}

/// Why something could not be carried. The text is for whoever runs the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failed {
    /// Nothing can be carried now: nobody is there, or lets this server in.
    Down(String),
    /// This can't be carried now.
    Later(String),
    /// Not this, ever.
    Refused(String),
    /// There is nobody any more where it should go.
    Gone,
}

/// Carries parcels to the world. Implemented by the program.
pub trait Courier: Send + Sync {
    /// It has somebody to give mail to.
    fn mails(&self) -> bool;
    /// It may ask push services.
    fn pushes(&self) -> bool;
    /// Carries one parcel. It ends by itself, soon.
    fn carry(&self, parcel: Parcel) -> BoxFuture<'_, Result<(), Failed>>;
}

impl Engine {
    /// Has arrivals told outside by that from now on; the first one stays. Without any nothing goes out.
    pub fn reach_with(&self, courier: std::sync::Arc<dyn Courier>) {
        // A second one would tell everything twice.
        let _ = self.shared.courier.set(courier);
    }
}
