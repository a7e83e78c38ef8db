/// What is wrong with one line of text.
public enum TextFault: Error, Hashable, Sendable { case missing, tooLong, controlCharacters }

/// What is wrong with one field of a user, in the order in which forms ask for them.
public enum FieldFault: Error, Hashable, Sendable {
    case username(UsernameFault)
    case firstName(TextFault)
    case lastName(TextFault)
    case email(EmailFault)
    case phone(PhoneFault)
    case level(LevelFault)
    case access(AccessFault)
    case password(PasswordFault)
    case currentPassword
    case accounts(AccountsFault)
    case roles(RolesFault)
    case accountID(AccountIDFault)
    case accountName(TextFault)
    case companyName(TextFault)
    case publicAddress
    /// The word typed to confirm an act is not the one asked for.
    case confirmation(expected: String)
    /// How long an old password goes on working: not from 0 to 24 hours.
    case grace
    /// After how many days an account's users are reminded to rotate: not from 1 to 3650.
    case reminderDays

    public enum UsernameFault: Hashable, Sendable { case missing, characters, tooShort, tooLong, taken, unchangeable }
    public enum EmailFault: Hashable, Sendable { case missing, malformed, tooLong, taken }
    public enum PhoneFault: Hashable, Sendable { case missing, characters, length, countryCode }
    public enum LevelFault: Hashable, Sendable { case missing, unknown, notYours, ownLevel, lastAdmin(account: Identifier<Account>), lastOperator }
    public enum AccessFault: Hashable, Sendable { case missing, unknown }
    public enum AccountsFault: Hashable, Sendable { case missing, unknown(String), notYours(Identifier<Account>) }
    /// Role ids as text: `Domain` does not know the catalogue.
    public enum RolesFault: Hashable, Sendable {
        case unknown(String), notEntitled(String, Identifier<Account>), accountNotChosen(Identifier<Account>)
    }
    public enum AccountIDFault: Hashable, Sendable { case missing, malformed, taken }
}

/// Why a password is not good enough.
public enum PasswordFault: Hashable, Sendable {
    case missing
    case tooShort(minimum: Int, actual: Int)
    case tooLong(maximum: Int)
    /// A character that cannot be printed.
    case unprintable
    /// Not printable ASCII, which programs need.
    case notASCII
    case common
    case containsOwnName
    /// It begins as the product's own passwords do, and is none of them.
    case looksMistyped
    case reused
    /// `classic` policy only.
    case classesMissing
    case repeats
}
