//! The validator on small templates.
