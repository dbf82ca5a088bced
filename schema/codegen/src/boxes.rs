//! Where a struct is kept in a `Box`: where it contains itself, and where it is large.

use crate::model::{Parts, Struct, Type};

/// The size in bytes above which a struct is kept in a `Box`, so that setters, which move the whole
/// struct, stay cheap.
const LARGE: usize = 1024;

/// Marks them, in the parts and in the structs that hold these.
pub(crate) fn insert<'a>(parts: &mut Parts, holders: impl IntoIterator<Item = &'a mut Struct>) {
    let structs = &mut parts.structs;
    let mut walk = Walk { sizes: vec![None; structs.len()], boxed: vec![false; structs.len()] };
    for number in 0..structs.len() {
        walk.size(structs, number);
    }
    for (structure, boxed) in structs.iter_mut().zip(&walk.boxed) {
        structure.boxed = *boxed;
    }
    let mark = |structure: &mut Struct| {
        for field in &mut structure.fields {
            field.boxed = matches!(field.ty, Type::Struct(number) if walk.boxed[number]);
        }
    };
    structs.iter_mut().for_each(mark);
    holders.into_iter().for_each(mark);
}

struct Walk {
    /// `Some(None)` while it is worked out.
    sizes: Vec<Option<Option<usize>>>,
    boxed: Vec<bool>,
}

impl Walk {
    fn size(&mut self, structs: &[Struct], number: usize) -> usize {
        match self.sizes[number] {
            Some(Some(size)) => size,
            Some(None) => {
                self.boxed[number] = true;
                16
            }
            None => {
                self.sizes[number] = Some(None);
                let size = structs[number].fields.iter().map(|field| self.field(structs, &field.ty)).sum();
                self.sizes[number] = Some(Some(size));
                self.boxed[number] |= size > LARGE;
                size
            }
        }
    }

    fn field(&mut self, structs: &[Struct], ty: &Type) -> usize {
        match ty {
            Type::Integer | Type::Number | Type::Boolean => 16,
            Type::String | Type::List(_) | Type::Enum(_) => 24,
            Type::Map(_) | Type::Node | Type::Named(_) => 72,
            Type::Struct(number) => {
                let size = self.size(structs, *number);
                if self.boxed[*number] { 16 } else { size }
            }
        }
    }
}
