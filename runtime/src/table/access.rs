//! What a parameter may do with a table.

use async_lambda_model::TableAccess;

/// Reads items: the access of a [`ReadTable`](super::ReadTable).
#[derive(Clone, Copy, Debug)]
pub enum Read {}

/// Writes items: the access of a [`WriteTable`](super::WriteTable).
#[derive(Clone, Copy, Debug)]
pub enum Write {}

/// Reads and writes items: the access of a [`Table`](super::Table) that says nothing else.
#[derive(Clone, Copy, Debug)]
pub enum ReadWrite {}

mod sealed {
    pub trait Sealed {}
}

/// What a parameter may do with a table: [`Read`], [`Write`] or [`ReadWrite`].
pub trait Access: sealed::Sealed + Send + Sync + 'static {
    /// As data.
    const ACCESS: TableAccess;
}

/// An access that reads.
#[diagnostic::on_unimplemented(
    message = "this table is for writing only",
    label = "reads items",
    note = "a handler with `WriteTable<T>` has no permission to read; write `Table<T>`, or `ReadTable<T>` where it only reads"
)]
pub trait Reads: Access {}

/// An access that writes.
#[diagnostic::on_unimplemented(
    message = "this table is for reading only",
    label = "writes items",
    note = "a handler with `ReadTable<T>` has no permission to write; write `Table<T>`, or `WriteTable<T>` where it only writes"
)]
pub trait Writes: Access {}

impl sealed::Sealed for Read {}
impl sealed::Sealed for Write {}
impl sealed::Sealed for ReadWrite {}

impl Access for Read {
    const ACCESS: TableAccess = TableAccess::Read;
}

impl Access for Write {
    const ACCESS: TableAccess = TableAccess::Write;
}

impl Access for ReadWrite {
    const ACCESS: TableAccess = TableAccess::ReadWrite;
}

impl Reads for Read {}
impl Reads for ReadWrite {}
impl Writes for Write {}
impl Writes for ReadWrite {}
