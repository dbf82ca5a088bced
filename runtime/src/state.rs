//! An application's state: values by their types.

use std::{
    any::{Any, TypeId, type_name},
    collections::HashMap,
    sync::Arc,
};

use tokio::sync::OnceCell;

use crate::{BoxError, BoxFuture, Error};

type Shared = Arc<dyn Any + Send + Sync>;

/// The type of a state.
#[derive(Clone, Copy, Debug)]
pub(crate) struct StateType {
    id: fn() -> TypeId,
    name: fn() -> &'static str,
}

/// A state that a handler takes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Need {
    pub(crate) state: StateType,
    /// `false` for `Option<State<T>>`.
    pub(crate) is_required: bool,
}

/// States by type, made or not.
#[derive(Clone, Default)]
pub(crate) struct States(HashMap<TypeId, Arc<StateCell>>);

enum StateCell {
    Given(Shared),
    /// Made when it is first asked for.
    Lazy {
        cell: OnceCell<Shared>,
        init: Box<dyn Fn() -> BoxFuture<'static, Result<Shared, BoxError>> + Send + Sync>,
    },
}

impl StateType {
    pub(crate) const fn of<T: 'static>() -> StateType {
        StateType { id: TypeId::of::<T>, name: type_name::<T> }
    }

    #[cfg(feature = "local")]
    pub(crate) fn is<T: 'static>(self) -> bool {
        (self.id)() == TypeId::of::<T>()
    }

    pub(crate) fn name(self) -> &'static str {
        (self.name)()
    }
}

impl States {
    /// Adds a state that is there already. It replaces one of its type.
    pub(crate) fn give<T: Send + Sync + 'static>(&mut self, value: T) {
        self.0.insert(TypeId::of::<T>(), Arc::new(StateCell::Given(Arc::new(value))));
    }

    /// Adds a state that is made when it is first asked for. It replaces one of its type.
    pub(crate) fn init<T, F, Fut, E>(&mut self, init: F)
    where
        T: Send + Sync + 'static,
        F: Fn() -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<T, E>> + Send + 'static,
        E: Into<Error>,
    {
        let init = move || -> BoxFuture<'static, Result<Shared, BoxError>> {
            let made = init();
            Box::pin(async {
                made.await.map(|value| Arc::new(value) as Shared).map_err(|error| error.into().into_inner())
            })
        };
        self.0.insert(TypeId::of::<T>(), Arc::new(StateCell::Lazy { cell: OnceCell::new(), init: Box::new(init) }));
    }

    pub(crate) fn has(&self, state: StateType) -> bool {
        self.0.contains_key(&(state.id)())
    }

    /// Takes from others the states of these types that it does not have.
    pub(crate) fn fill(&mut self, needs: &[Need], others: &States) {
        for Need { state, .. } in needs {
            let id = (state.id)();
            if let (false, Some(cell)) = (self.0.contains_key(&id), others.0.get(&id)) {
                self.0.insert(id, Arc::clone(cell));
            }
        }
    }

    /// Takes from others the states of these types, also in the place of its own.
    #[cfg(feature = "local")]
    pub(crate) fn replace(&mut self, needs: &[Need], others: &States) {
        let ids = needs.iter().map(|need| (need.state.id)());
        self.0.extend(ids.filter_map(|id| Some((id, Arc::clone(others.0.get(&id)?)))));
    }

    /// Makes all that are not made yet.
    pub(crate) async fn prepare(&self) -> Result<(), BoxError> {
        for cell in self.0.values() {
            cell.get().await?;
        }
        Ok(())
    }

    /// The state of a type; `None` if the application has no such state.
    pub(crate) async fn get<T: Send + Sync + 'static>(&self) -> Result<Option<Arc<T>>, BoxError> {
        let Some(cell) = self.0.get(&TypeId::of::<T>()) else { return Ok(None) };
        // It is there under its own type.
        Ok(Arc::clone(cell.get().await?).downcast().ok())
    }
}

impl StateCell {
    async fn get(&self) -> Result<&Shared, BoxError> {
        match self {
            StateCell::Given(value) => Ok(value),
            StateCell::Lazy { cell, init } => cell.get_or_try_init(init).await,
        }
    }
}
