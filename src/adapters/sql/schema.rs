//! The tables as both databases hold them; kept by hand, because one schema serves two databases.
//! `tests/ports/schema.rs` selects every column of every table on both.

diesel::table! {
    accounts (id) {
        id -> BigInt,
        email -> Text,
        email_key -> Text,
        username -> Text,
        password_hash -> Nullable<Text>,
        profile_image -> Nullable<Text>,
        kind -> Text,
        is_admin -> Bool,
        purge_at -> Nullable<Timestamp>,
        recall_until -> Nullable<Timestamp>,
        created_at -> Timestamp,
        updated_at -> Timestamp,
        ai_consent -> Bool,
        solution_date -> Nullable<Date>,
        solutions_taken -> SmallInt,
        suspended_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    audit_log (id) {
        id -> BigInt,
        at -> Timestamp,
        done_by -> Text,
        action -> Text,
        subject -> Text,
        node -> Text,
        outcome -> Nullable<Text>,
    }
}

diesel::table! {
    account_identities (id) {
        id -> BigInt,
        provider -> Text,
        subject -> Text,
        account_id -> BigInt,
        created_at -> Timestamp,
    }
}

diesel::table! {
    sessions (id) {
        id -> Text,
        user_id -> BigInt,
        device -> Nullable<Text>,
        created_at -> Timestamp,
        last_used_at -> Timestamp,
        expires_at -> Timestamp,
    }
}

diesel::table! {
    diary_entries (id) {
        id -> BigInt,
        author_id -> BigInt,
        diary_date -> Nullable<Date>,
        emotion -> Double,
        image -> Nullable<Text>,
        content -> Text,
        is_public -> Bool,
        author_leaving -> Bool,
        view_count -> BigInt,
        like_count -> BigInt,
        sentence -> Nullable<Text>,
        weather -> Text,
        temperature -> Nullable<SmallInt>,
        humid -> Nullable<SmallInt>,
        sleep -> Nullable<SmallInt>,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    diary_likes (id) {
        id -> BigInt,
        user_id -> BigInt,
        diary_id -> BigInt,
        created_at -> Timestamp,
    }
}

diesel::table! {
    diary_solutions (diary_id) {
        diary_id -> BigInt,
        title -> Text,
        first_tip -> Text,
        second_tip -> Text,
        source -> Text,
        model -> Nullable<Text>,
        created_at -> Timestamp,
    }
}

diesel::table! {
    diary_comments (id) {
        id -> BigInt,
        diary_id -> BigInt,
        author_id -> BigInt,
        content -> Text,
        is_edited -> Bool,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    comment_replies (id) {
        id -> BigInt,
        comment_id -> BigInt,
        diary_id -> BigInt,
        author_id -> BigInt,
        content -> Text,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    notifications (id) {
        id -> BigInt,
        recipient_id -> BigInt,
        actor_id -> BigInt,
        diary_id -> BigInt,
        like_id -> Nullable<BigInt>,
        comment_id -> Nullable<BigInt>,
        reply_id -> Nullable<BigInt>,
        created_at -> Timestamp,
        read_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    signup_codes (email_key) {
        email_key -> Text,
        code_digest -> Binary,
        tries_left -> SmallInt,
        expires_at -> Timestamp,
    }
}

diesel::table! {
    pending_files (file_key) {
        file_key -> Text,
        attempts -> Integer,
        due_at -> Timestamp,
        bytes -> Nullable<Binary>,
    }
}

diesel::table! {
    outgoing_mails (id) {
        id -> BigInt,
        recipient -> Text,
        subject -> Text,
        html -> Text,
        plain -> Text,
        attempts -> Integer,
        due_at -> Timestamp,
        is_dead -> Bool,
        last_error -> Nullable<Text>,
        created_at -> Timestamp,
    }
}

diesel::table! {
    jobs (name) {
        name -> Text,
        due_at -> Timestamp,
        last_started_at -> Nullable<Timestamp>,
        last_node -> Nullable<Text>,
        last_millis -> Nullable<BigInt>,
        last_error -> Nullable<Text>,
    }
}

diesel::table! {
    chat_entries (room, seq) {
        room -> Text,
        seq -> BigInt,
        kind -> Text,
        id -> Nullable<Binary>,
        author -> Nullable<Binary>,
        person -> Nullable<BigInt>,
        name -> Nullable<Text>,
        content -> Nullable<Text>,
        client_id -> Nullable<Text>,
        target -> Nullable<Binary>,
        created_at -> Timestamp,
    }
}

diesel::table! {
    chat_aliases (day, room, person) {
        day -> Date,
        room -> Text,
        person -> Binary,
        alias -> Text,
    }
}

diesel::table! {
    chat_hidden (day, room, viewer, hidden) {
        day -> Date,
        room -> Text,
        viewer -> Binary,
        hidden -> Binary,
    }
}

diesel::table! {
    chat_reports (message, reporter) {
        message -> Binary,
        reporter -> Binary,
        reporter_person -> Nullable<BigInt>,
        room -> Text,
        author -> Nullable<Binary>,
        person -> Nullable<BigInt>,
        name -> Nullable<Text>,
        content -> Nullable<Text>,
        reason -> Text,
        created_at -> Timestamp,
    }
}

diesel::table! {
    chat_bans (subject) {
        subject -> Text,
        until -> Timestamp,
        reason -> Text,
        created_at -> Timestamp,
    }
}

diesel::table! {
    chat_closed_rooms (room) {
        room -> Text,
        closed_at -> Timestamp,
    }
}

diesel::table! {
    chat_recoveries (pid_digest) {
        pid_digest -> Binary,
        record -> Text,
        expires_at -> Timestamp,
    }
}

diesel::table! {
    adoptions (id) {
        id -> BigInt,
        run -> Text,
        started_at -> Timestamp,
        finished_at -> Nullable<Timestamp>,
    }
}

diesel::allow_tables_to_appear_in_same_query!(
    accounts,
    sessions,
    diary_entries,
    diary_likes,
    diary_solutions,
    diary_comments,
    comment_replies,
    notifications
);
diesel::joinable!(diary_solutions -> diary_entries (diary_id));
diesel::joinable!(diary_comments -> accounts (author_id));
diesel::joinable!(diary_comments -> diary_entries (diary_id));
diesel::joinable!(comment_replies -> accounts (author_id));
diesel::joinable!(comment_replies -> diary_entries (diary_id));
diesel::joinable!(notifications -> accounts (actor_id));
diesel::joinable!(notifications -> diary_entries (diary_id));
diesel::joinable!(notifications -> diary_comments (comment_id));
diesel::joinable!(notifications -> comment_replies (reply_id));
