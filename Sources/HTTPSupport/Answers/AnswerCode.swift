public import Domain
import HTTPTypes

/// The error numbers that clients of account APIs know.
public enum AnswerCode: Int, Hashable, Sendable, CaseIterable {
    case accessDenied = 1001
    case usernameTooShort = 1012
    case noSuchResource = 1016
    case badRequest = 1019
    case noSuchUser = 12000
    case usernameTaken = 12001
    case emailTaken = 12071
    case noAccount = 12102
    case usernameTooLong = 12500
    case usernameCharacters = 12502
    case passwordRule = 12504
    case badEmail = 12510
    case badPhone = 12512
    case usernameUnchangeable = 12688
    case notYourAccount = 12689
    case notYourUser = 12697

    public var number: Int { rawValue }

    /// The number of an answer whose status says all there is to say.
    static func usual(for status: HTTPResponse.Status) -> AnswerCode {
        switch status.code {
        case 401, 403: .accessDenied
        case 404, 410: .noSuchResource
        default: .badRequest
        }
    }

    /// The number of a fault in one field.
    public init(_ fault: FieldFault) {
        switch fault {
        case .username(let fault):
            self =
                switch fault {
                case .taken: .usernameTaken
                case .characters: .usernameCharacters
                case .tooShort: .usernameTooShort
                case .tooLong: .usernameTooLong
                case .unchangeable: .usernameUnchangeable
                case .missing: .usernameTooShort
                }
        case .email(let fault):
            self =
                switch fault {
                case .taken: .emailTaken
                case .missing, .malformed, .tooLong: .badEmail
                }
        case .phone: self = .badPhone
        case .password, .currentPassword: self = .passwordRule
        case .accounts(let fault):
            self =
                switch fault {
                case .notYours: .notYourAccount
                case .missing, .unknown: .noAccount
                }
        case .level(let fault):
            self =
                switch fault {
                case .notYours, .ownLevel, .lastAdmin, .lastOperator: .accessDenied
                case .missing, .unknown: .badRequest
                }
        case .firstName, .lastName, .access, .roles, .accountID, .accountName, .companyName, .publicAddress, .confirmation,
            .grace, .reminderDays:
            self = .badRequest
        }
    }
}
